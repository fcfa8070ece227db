import type { LinkOut } from '@posthorn/contract'
import { AppError } from '#domain'
import type { Statement, StoredMember } from '#store'
import type { ApiDeps } from '../deps.ts'
import { linkDigest, ownerLinkIn } from './link.ts'

/** A link that can still be used. */
export interface OpenLink {
  readonly kind: LinkOut['kind']
  /** Whose password it sets; undefined: whoever opens it says so. */
  readonly member: StoredMember | undefined
  readonly expiresAt: number
  /** Uses it up; fails where somebody was faster. */
  use(at: number): Statement
}

/** Finds what a token opens. What was used, is over or never was is refused alike. */
export async function openLink(deps: Pick<ApiDeps, 'store' | 'vault' | 'clock'>, token: string): Promise<OpenLink> {
  const link = (await openOwnerLink(deps, token)) ?? (await openMemberLink(deps, token))
  if (link === undefined || link.expiresAt <= deps.clock.now()) throw new AppError('link_used_up')
  return link
}

async function openOwnerLink({ store, vault }: Pick<ApiDeps, 'store' | 'vault'>, token: string): Promise<OpenLink | undefined> {
  const link = ownerLinkIn(vault, token)
  if (link === undefined) return undefined
  const { members } = store.queries
  const isOver = link.kind === 'first_owner' ? await members.any() : (await members.link(link.hash)) !== undefined
  if (isOver) return undefined
  const { hash, kind, expiresAt } = link
  return {
    ...{ kind: 'owner', member: undefined, expiresAt },
    // Whose digest is there was faster.
    use: (at) => store.statements.members.insertLink({ hash, kind, member_id: null, created_at: at, expires_at: expiresAt, used_at: at }),
  }
}

async function openMemberLink({ store }: Pick<ApiDeps, 'store'>, token: string): Promise<OpenLink | undefined> {
  const row = await store.queries.members.link(linkDigest(token))
  if (row === undefined || row.used_at !== null || row.member_id === null) return undefined
  const member = await store.queries.members.find(row.member_id)
  if (member === undefined || member.disabled_at !== null) return undefined
  return {
    kind: row.kind === 'invite' ? 'invite' : 'reset',
    member,
    expiresAt: row.expires_at,
    use: (at) => store.statements.members.useLink(row.hash, at),
  }
}
