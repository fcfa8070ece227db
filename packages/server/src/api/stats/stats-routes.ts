import { requestStatsOperations, runStatsOperations, statsOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { applicationStats } from './application-stats.ts'
import { requestStats } from './request-stats.ts'
import { runStats } from './run-stats.ts'

/** What came in, ran and went out in numbers: over time, and what waits now. Nothing is written for them; they are counted when somebody asks. */
export function statsRoutes(deps: ApiDeps): Route[] {
  return [
    ...routesOf(deps, statsOperations, { application: applicationStats }),
    ...routesOf(deps, requestStatsOperations, { requests: requestStats }),
    ...routesOf(deps, runStatsOperations, { runs: runStats }),
  ]
}
