import { keyOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { createKey } from './create-key.ts'
import { getKey, listKeys } from './read-keys.ts'
import { revokeKey } from './revoke-key.ts'

/** Keys of the API. Only the digest of a key is kept; its text is in the answer that made it, and nowhere else. */
export function keyRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, keyOperations, { list: listKeys, create: createKey, get: getKey, revoke: revokeKey })
}
