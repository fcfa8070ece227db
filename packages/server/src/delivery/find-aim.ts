import type { ConfigCache } from '#coordination'
import { CHAIN_HEADER, passedOn, type PassedOn } from '#domain'
import type { HeaderPair, Vault } from '#platform'
import type { ApplicationSnapshot, LoadedDelivery } from '#store'
import { aimAtRequest, requestOfStep, type Aim, type EndpointAims } from './target.ts'

export interface AimSources {
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh'>
  readonly endpointAims: EndpointAims
  readonly vault: Vault
}

/** Where a delivery goes now. `held`: its endpoint is paused or disabled; `removed`: it is there no more. */
export async function findAim(loaded: LoadedDelivery, sources: AimSources): Promise<Aim | { readonly kind: 'held' | 'removed' }> {
  const { config, endpointAims } = sources
  const { application_id: application, endpoint_id: endpoint } = loaded.delivery
  if (endpoint === null) return aimOfStep(loaded, sources)
  const snapshot = config.peek(application) ?? (await config.application(application))
  let found = snapshot && endpointAims(snapshot, endpoint)
  if (!found) {
    // On a snapshot that another process has outdated, a new endpoint looks like a removed one.
    const fresh = await config.refresh(application as `app_${string}`)
    found = fresh && endpointAims(fresh, endpoint)
  }
  if (!found) return { kind: 'removed' }
  if (found.state !== 'active') return { kind: 'held' }
  return chained(found.aim, passedOn(loaded.delivery))
}

/** With what the message passes on of what caused it. */
function chained(aim: Aim, { chain, trace }: PassedOn): Aim {
  if (aim.kind !== 'target' || (chain === 1 && trace === null)) return aim
  const { headers, logged } = aim.target
  const added = (pairs: readonly HeaderPair[]) =>
    chain === 1 ? pairs : [...pairs.filter(([name]) => name.toLowerCase() !== CHAIN_HEADER), [CHAIN_HEADER, String(chain)] as const]
  return {
    kind: 'target',
    target: { ...aim.target, trace, headers: added(headers), logged: { ...logged, headers: added(logged.headers) } },
  }
}

async function aimOfStep(loaded: LoadedDelivery, { config, vault }: AimSources): Promise<Aim> {
  const read = requestOfStep(loaded, vault)
  if ('kind' in read) return read
  const { request } = read
  if (request.connection === undefined) return aimAtRequest(request, undefined)
  const id = loaded.delivery.application_id
  const at = (application: ApplicationSnapshot | undefined) => aimAtRequest(request, application && { application, vault })
  const aim = at(config.peek(id) ?? (await config.application(id)))
  // As with endpoints: it may have been made on another process just now.
  return aim.kind === 'broken' && aim.code === 'connection_missing' ? at(await config.refresh(id as `app_${string}`)) : aim
}
