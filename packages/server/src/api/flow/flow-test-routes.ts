import { flowTestOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { createFlowTester } from './test-flow.ts'

/** Trying flows. */
export function flowTestRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, flowTestOperations, { test: createFlowTester(deps) })
}
