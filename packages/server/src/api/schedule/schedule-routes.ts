import { scheduleOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { nextTimes } from './next-times.ts'

/** Schedules of flows, before a flow has them. */
export function scheduleRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, scheduleOperations, { times: nextTimes })
}
