import { flowTestOperations, mappingTestOperations } from '@posthorn/contract'
import { createSegments } from '#flows'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { testFlow } from './test-flow.ts'
import { testMapping } from './test-mapping.ts'

/** Trying flows, and fields of them. */
export function tryRoutes(deps: ApiDeps): Route[] {
  const shared = { ...deps, segments: createSegments({ ...deps, pool: deps.segmentPool }) }
  return [...routesOf(shared, flowTestOperations, { test: testFlow }), ...routesOf(shared, mappingTestOperations, { test: testMapping })]
}
