import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { readMetrics } from './read-metrics.ts'

const metrics = {
  id: 'v1.health.metrics',
  noun: 'health',
  method: 'GET',
  path: '/metrics',
  scope: 'public',
  access: 'read',
  summary: 'The figures of this process, for Prometheus',
  answers: { 200: null },
} as const

/** For a program that reads them now and then. No operation of the API: no client asks for it. */
export function metricsRoutes(deps: Pick<ApiDeps, 'metrics'>): Route[] {
  return routesOf(deps, { metrics }, { metrics: readMetrics })
}
