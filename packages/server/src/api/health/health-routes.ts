import { healthOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { checkAlive, checkReady, ping } from './check-health.ts'

/** Whether this process runs, and whether it can do its work. */
export function healthRoutes(deps: Pick<ApiDeps, 'store' | 'clock'>): Route[] {
  return routesOf(deps, healthOperations, { live: checkAlive, get: ping, ping, ready: checkReady })
}
