import { filterOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { testFilter } from './test-filter.ts'

/** Trying filters. */
export function filterRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, filterOperations, { test: testFilter })
}
