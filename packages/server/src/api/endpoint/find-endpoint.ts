import type { ApplicationSnapshot, EndpointSnapshot } from '#store'
import { missing } from '../call/name-missing.ts'
import type { Call } from '../route.ts'

/** A call of an operation below an application, as far as changes of endpoints need it. */
export type EndpointCall = Pick<Call, 'actor' | 'ip' | 'params'> & { readonly application: ApplicationSnapshot }

/** By id, or by the caller's own uid. */
export function findEndpoint(application: ApplicationSnapshot, idOrUid: string): EndpointSnapshot | undefined {
  return application.endpoints.find((endpoint) => endpoint.id === idOrUid || endpoint.uid === idOrUid)
}

/** The endpoint that the path names. Those of other applications are unknown here. */
export function existingEndpoint(application: ApplicationSnapshot, params: Readonly<Record<string, string>>): EndpointSnapshot {
  const name = params['endpoint_id'] ?? ''
  const endpoint = findEndpoint(application, name)
  if (!endpoint) throw missing('endpoint', name)
  return endpoint
}
