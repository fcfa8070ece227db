import { systemOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { getSystem, listSystems } from './read-systems.ts'

/** The catalogue of systems. It ships with the program and is the same for everybody. */
export function systemRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, systemOperations, { list: listSystems, get: getSystem })
}
