import { transformationOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { testTransformation } from './test-transformation.ts'

/** Trying transformations. */
export function transformationRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, transformationOperations, { test: testTransformation })
}
