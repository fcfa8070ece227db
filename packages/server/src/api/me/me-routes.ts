import { meOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { getMe } from './get-me.ts'

/** Who calls. */
export function meRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, meOperations, { get: getMe })
}
