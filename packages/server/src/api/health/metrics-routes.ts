import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'

const operation = {
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
export function metricsRoutes({ metrics }: Pick<ApiDeps, 'metrics'>): Route[] {
  return [
    route(operation, async () => ({
      status: 200,
      content: { type: metrics.contentType, bytes: await metrics.text() },
      headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    })),
  ]
}
