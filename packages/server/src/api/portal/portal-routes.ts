import { portalOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { getLook, putLook } from './portal-look.ts'
import { redeemLink } from './redeem-link.ts'

/** The portal of customers: its links, and how it looks. */
export function portalRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, portalOperations, { redeemLink, getLook, putLook })
}
