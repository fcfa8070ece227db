import { trailOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { getTrail } from './get-trail.ts'

/** The ways of events. */
export function trailRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, trailOperations, { get: getTrail })
}
