import { statsOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { applicationStats } from './application-stats.ts'

/** Deliveries in numbers: over time, and what waits now. Nothing is written for them; both are counted when somebody asks. */
export function statsRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, statsOperations, { application: applicationStats })
}
