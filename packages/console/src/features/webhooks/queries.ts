import type { EndpointListOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

export type Endpoint = EndpointListOut['data'][number]

const WEEK_MS = 7 * 86_400_000

export const endpointQuery = (app: string, id: string) =>
  queryOptions({ queryKey: ['endpoint', app, id], queryFn: () => api.endpoint.get(app, id) })

export const secretsQuery = (app: string, id: string) =>
  queryOptions({ queryKey: ['endpoint-secrets', app, id], queryFn: () => api.endpoint.listSecrets(app, id) })

export const headersQuery = (app: string, id: string) =>
  queryOptions({ queryKey: ['endpoint-headers', app, id], queryFn: () => api.endpoint.getHeaders(app, id) })

/** Of the last seven days by the hour. */
export const weekQuery = (app: string, endpoint: string) =>
  queryOptions({
    queryKey: ['endpoint-week', app, endpoint],
    queryFn: () => {
      const since = new Date(Math.floor((Date.now() - WEEK_MS) / 3_600_000) * 3_600_000).toISOString()
      return api.application.getStats(app, { endpoint_id: endpoint, since, bucket: 'hour' })
    },
    staleTime: 30_000,
  })

/** Sums of the buckets: what became of all of them. */
export function totalsOf(buckets: readonly { readonly delivered: number; readonly failed: number; readonly deliveries: number }[]) {
  return buckets.reduce(
    (sum, { delivered, failed, deliveries }) => ({
      delivered: sum.delivered + delivered,
      failed: sum.failed + failed,
      deliveries: sum.deliveries + deliveries,
    }),
    { delivered: 0, failed: 0, deliveries: 0 },
  )
}
