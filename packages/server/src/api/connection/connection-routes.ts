import { connectionOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { deleteConnection } from './delete-connection.ts'
import { putConnection } from './put-connection.ts'
import { getConnection, listConnections } from './read-connections.ts'

/** What http_request steps call: an address, and credentials that come in and never go out. */
export function connectionRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, connectionOperations, { list: listConnections, get: getConnection, put: putConnection, delete: deleteConnection })
}
