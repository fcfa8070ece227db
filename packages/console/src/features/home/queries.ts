import type { ApplicationGetStatsOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { isFirst } from '../first-minute/first-listener.ts'
import type { HomeSearch } from './search.ts'
import { spanOf } from './span.ts'

export type DeliveryStats = ApplicationGetStatsOut

/** What the counts of a time are asked by; a range moves with the time, and is the same query. */
function asked(when: HomeSearch) {
  const { bucket, since, until } = spanOf(when)
  return { bucket, since, until }
}

const refetchInterval = 10_000

export const requestStatsQuery = (app: string, when: HomeSearch) =>
  queryOptions({
    queryKey: ['request stats', app, when],
    queryFn: () => api.application.getRequestStats(app, asked(when)),
    refetchInterval,
  })

export const runStatsQuery = (app: string, when: HomeSearch) =>
  queryOptions({ queryKey: ['run stats', app, when], queryFn: () => api.application.getRunStats(app, asked(when)), refetchInterval })

export const deliveryStatsQuery = (app: string, when: HomeSearch) =>
  queryOptions({
    queryKey: ['delivery stats', app, when],
    queryFn: () => api.application.getStats(app, { ...asked(when), group_by: 'endpoint' }),
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
