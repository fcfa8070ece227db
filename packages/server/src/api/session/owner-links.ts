import type { Clock, Random, Vault } from '#platform'
import type { Store } from '#store'
import { linkUrl, makeOwnerLink } from './link.ts'

interface Deps {
  readonly vault: Pick<Vault, 'seal'>
  readonly random: Random
  readonly clock: Pick<Clock, 'now'>
  readonly apiUrl: string
}

/** The link for the first owner, as long as there is nobody who could invite one. */
export async function firstOwnerLink(deps: Deps & { readonly store: Pick<Store, 'queries'> }): Promise<string | undefined> {
  if (await deps.store.queries.members.any()) return undefined
  return ownerLink(deps, 'first_owner')
}

/** A link that makes whoever opens it an owner, for the operator who sits at the machine; needs the master key, and no store. */
export function lockedOutLink(deps: Deps): string {
  return ownerLink(deps, 'owner')
}

function ownerLink({ vault, random, clock, apiUrl }: Deps, kind: 'first_owner' | 'owner'): string {
  return linkUrl(apiUrl, makeOwnerLink(vault, { kind, random, now: clock.now() }))
}
