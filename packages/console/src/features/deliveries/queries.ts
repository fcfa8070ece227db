import type { DeliveryListAttemptsOut, DeliveryListQuery, DeliveryOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { listOf } from '../../lib/search.ts'
import { boundsOf } from '../../lib/time-range.ts'
import type { DeliveriesSearch } from './search.ts'

export type Delivery = DeliveryOut
export type Attempt = DeliveryListAttemptsOut['data'][number]

const PAGE_SIZE = 50

/** The filters of the address as the API has them. */
export function deliveryFilter(search: DeliveriesSearch): DeliveryListQuery {
  return {
    limit: PAGE_SIZE,
    ...(search.status !== undefined && { status: listOf(search.status) as NonNullable<DeliveryListQuery['status']> }),
    ...(search.endpoint !== undefined && { endpoint_id: search.endpoint }),
    ...(search.type !== undefined && { event_types: [...listOf(search.type)] }),
    ...(search.class !== undefined && { status_code_class: Number(search.class) as 500 }),
    ...(search.failure !== undefined && { failure: search.failure }),
    ...(search.took !== undefined && { min_duration_ms: search.took }),
    ...(search.message !== undefined && { message_id: search.message }),
    ...(search.run !== undefined && { run_id: search.run }),
    ...(search.q !== undefined && { text: search.q }),
    ...boundsOf(search),
  }
}

const isUnderWay = (delivery: Delivery | undefined): boolean => delivery?.finishedAt === null

export const deliveryQuery = (app: string, id: string) =>
  queryOptions({
    queryKey: ['delivery', app, id],
    queryFn: () => api.delivery.get(app, id),
    refetchInterval: ({ state }) => (isUnderWay(state.data) ? 2000 : false),
  })

export const attemptsQuery = (app: string, id: string, underWay: boolean) =>
  queryOptions({
    queryKey: ['attempts', app, id],
    queryFn: () => api.delivery.listAttempts(app, id, { limit: 100 }),
    refetchInterval: underWay ? 2000 : false,
  })
