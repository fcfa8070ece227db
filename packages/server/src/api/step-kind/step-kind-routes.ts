import { stepKindOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { getStepKind, listStepKinds } from './read-step-kinds.ts'

/** The kinds of steps. They ship with the program and are the same for everybody. */
export function stepKindRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, stepKindOperations, { list: listStepKinds, get: getStepKind })
}
