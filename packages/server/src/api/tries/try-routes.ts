import { flowTestOperations, mappingTestOperations } from '@posthorn/contract'
import { createSegments } from '#flows'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { createFlowTester } from './test-flow.ts'
import { createMappingTester } from './test-mapping.ts'

/** Trying flows, and fields of them. Tries share the turns that they take on the event loop. */
export function tryRoutes(deps: ApiDeps): Route[] {
  const segments = createSegments({ ...deps, pool: deps.segmentPool })
  return [
    ...routesOf(deps, flowTestOperations, { test: createFlowTester(segments) }),
    ...routesOf(deps, mappingTestOperations, { test: createMappingTester(segments) }),
  ]
}
