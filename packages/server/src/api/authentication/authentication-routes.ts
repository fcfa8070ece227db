import { authenticationOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { appPortalAccess } from './app-portal-access.ts'
import { expireAll } from './expire-all.ts'
import { logout } from './logout.ts'

/** Keys for the people of an application, in Svix's shapes: made by the organisation, given back by whoever has one. */
export function authenticationRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, authenticationOperations, { appPortalAccess, expireAll, logout })
}
