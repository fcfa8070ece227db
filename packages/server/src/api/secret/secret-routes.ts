import { secretOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { deleteSecret } from './delete-secret.ts'
import { putSecret } from './put-secret.ts'
import { getSecret, listSecrets } from './read-secrets.ts'

/** Named secrets of an application. Their values come in and never go out. */
export function secretRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, secretOperations, { list: listSecrets, get: getSecret, put: putSecret, delete: deleteSecret })
}
