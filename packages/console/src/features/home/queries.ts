import type { ApplicationGetStatsOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { isFirst } from '../first-minute/first-listener.ts'
import type { HomeRange } from './search.ts'

export type DeliveryStats = ApplicationGetStatsOut

interface Range {
  readonly words: string
  readonly bucket: 'minute' | 'hour' | 'day'
  readonly ms: number
  /** So many buckets make one bar. */
  readonly fold: number
  /** How long a bar is, in words. */
  readonly bar: string
}

export const ranges: Readonly<Record<HomeRange, Range>> = {
  '1h': { words: 'in the last hour', bucket: 'minute', ms: 3_600_000, fold: 2, bar: 'by the two minutes in which they were made' },
  '24h': { words: 'in the last 24 hours', bucket: 'hour', ms: 86_400_000, fold: 1, bar: 'by the hour in which they were made' },
  '7d': { words: 'in the last 7 days', bucket: 'hour', ms: 7 * 86_400_000, fold: 6, bar: 'by the six hours in which they were made' },
  '30d': { words: 'in the last 30 days', bucket: 'day', ms: 30 * 86_400_000, fold: 1, bar: 'by the day in which they were made' },
}

const bucketMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

/** Whole bars, the last of which holds this moment. */
function asked(range: HomeRange) {
  const { bucket, ms, fold } = ranges[range]
  const barMs = bucketMs[bucket] * fold
  const until = Math.ceil(Date.now() / barMs) * barMs
  return { bucket, since: new Date(until - ms).toISOString(), until: new Date(until).toISOString() }
}

const refetchInterval = 10_000

export const requestStatsQuery = (app: string, range: HomeRange) =>
  queryOptions({
    queryKey: ['request stats', app, range],
    queryFn: () => api.application.getRequestStats(app, asked(range)),
    refetchInterval,
  })

export const runStatsQuery = (app: string, range: HomeRange) =>
  queryOptions({ queryKey: ['run stats', app, range], queryFn: () => api.application.getRunStats(app, asked(range)), refetchInterval })

export const deliveryStatsQuery = (app: string, range: HomeRange) =>
  queryOptions({
    queryKey: ['delivery stats', app, range],
    queryFn: () => api.application.getStats(app, { ...asked(range), group_by: 'endpoint' }),
    refetchInterval,
  })

/** So many of each are counted. */
export const PARTS_MAX = 100

interface Parts {
  readonly listeners: number
  /** One of them is that of the first minute. */
  readonly hasFirst: boolean
  readonly flows: number
  readonly endpoints: number
}

/** Whether an application is known to have nothing yet, but for the listener that one begins with. */
export function isEmpty(parts: Parts | undefined): boolean {
  return parts !== undefined && parts.listeners - (parts.hasFirst ? 1 : 0) + parts.flows + parts.endpoints === 0
}

/** How many listeners, flows and endpoints there are. */
export const partsQuery = (app: string) =>
  queryOptions({
    queryKey: ['home parts', app],
    queryFn: async () => {
      const [listeners, flows, endpoints] = await Promise.all([
        api.listener.list(app, { limit: PARTS_MAX }),
        api.flow.list(app, { limit: PARTS_MAX }),
        api.endpoint.list(app, { limit: 1 }),
      ])
      return {
        ...{ listeners: listeners.data.length, hasFirst: listeners.data.some(isFirst) },
        ...{ flows: flows.data.length, endpoints: endpoints.data.length },
      }
    },
    staleTime: ({ state: { data } }) => (isEmpty(data) ? 0 : 60_000),
  })
