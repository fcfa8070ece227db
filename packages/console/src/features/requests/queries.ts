import type { RequestListOut, RequestListQuery, RequestOut, RequestReplayAllIn, RequestSearchQuery } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { listOf } from '../../lib/search.ts'
import { boundsOf, type TimeSearch } from '../../lib/time-range.ts'
import type { RequestsSearch } from './search.ts'

/** As lists have it. */
export type RequestRow = RequestListOut['data'][number]
/** With headers, body and runs. */
export type RequestDetail = RequestOut

export const requestQuery = (app: string, id: string) =>
  queryOptions({
    queryKey: ['request', app, id],
    queryFn: () => api.request.get(app, id),
    // Its flow has not answered yet.
    refetchInterval: ({ state }) =>
      state.data !== undefined && state.data.replyStatus === null && state.data.status === 'accepted' ? 1000 : false,
  })

/** What narrows a log of requests, as it stands in the address. */
export interface RequestsFilter extends TimeSearch {
  readonly status?: string
  readonly type?: string
  readonly method?: string
  /** Milliseconds until it was answered, at least. */
  readonly took?: number
}

/** The same as the API has it. */
export function requestFilter({ status, type, method, took, ...time }: RequestsFilter): RequestListQuery {
  const [only] = listOf(status)
  const [eventType] = listOf(type)
  const [verb] = listOf(method)
  return {
    limit: 50,
    ...(only !== undefined && { status: only as NonNullable<RequestListQuery['status']> }),
    ...(eventType !== undefined && { event_type: eventType }),
    ...(verb !== undefined && { method: verb }),
    ...(took !== undefined && { min_duration_ms: took }),
    ...boundsOf(time),
  }
}

/** What narrows the log of all listeners. */
export function requestsFilter(search: RequestsSearch): RequestSearchQuery {
  const [listener] = listOf(search.listener)
  return {
    ...requestFilter(search),
    ...(listener !== undefined && { listener }),
    ...(search.reason !== undefined && { reason: search.reason }),
    ...(search.class !== undefined && { status_code_class: Number(search.class) as 200 }),
    ...(search.q !== undefined && { text: search.q }),
  }
}

/** The same as a replay takes it: only accepted requests run again, and only of one listener. */
export function replayFilter(search: RequestsSearch): Partial<RequestReplayAllIn['filter']> {
  const { listener, event_type, method, after, before, status_code_class, min_duration_ms, text } = requestsFilter(search)
  return {
    ...(listener !== undefined && { listenerId: listener }),
    ...(event_type !== undefined && { eventType: event_type }),
    ...(method !== undefined && { method: method as 'POST' }),
    ...(status_code_class !== undefined && { statusCodeClass: status_code_class as 200 }),
    ...(min_duration_ms !== undefined && { minDurationMs: min_duration_ms }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    ...(text !== undefined && { text }),
  }
}
