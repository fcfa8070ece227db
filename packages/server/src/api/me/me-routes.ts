import { meOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { meJson } from './me-json.ts'

/** Who calls. */
export function meRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, meOperations, {
    get: async (_, { actor }) => ({ status: 200, body: await meJson(deps, actor), headers: { 'cache-control': 'no-store' } }),
  })
}
