import { installOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { getInstall } from './read-install.ts'

/** What an operator wants to know of the installation before looking at its machine. */
export function installRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, installOperations, { get: getInstall })
}
