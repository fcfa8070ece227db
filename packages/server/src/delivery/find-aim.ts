import type { ConfigCache } from '#coordination'
import type { Vault } from '#platform'
import type { LoadedDelivery } from '#store'
import { aimAtStep, type Aim, type EndpointAims } from './target.ts'

export interface AimSources {
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh'>
  readonly endpointAims: EndpointAims
  readonly vault: Vault
}

/** Where a delivery goes now. `held`: its endpoint is paused or disabled; `removed`: it is there no more. */
export async function findAim(
  loaded: LoadedDelivery,
  { config, endpointAims, vault }: AimSources,
): Promise<Aim | { readonly kind: 'held' | 'removed' }> {
  const { application_id: application, endpoint_id: endpoint } = loaded.delivery
  if (endpoint === null) return aimAtStep(loaded, vault)
  const snapshot = config.peek(application) ?? (await config.application(application))
  let found = snapshot && endpointAims(snapshot, endpoint)
  if (!found) {
    // On a snapshot that another process has outdated, a new endpoint looks like a removed one.
    const fresh = await config.refresh(application as `app_${string}`)
    found = fresh && endpointAims(fresh, endpoint)
  }
  if (!found) return { kind: 'removed' }
  return found.state === 'active' ? found.aim : { kind: 'held' }
}
