import { type MessageOut, PosthornError } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

export type Message = MessageOut

export const messageQuery = (app: string, id: string) =>
  queryOptions({ queryKey: ['message', app, id], queryFn: () => api.message.get(app, id) })

/** Why nobody knows its event type: null, if it is one of those that are defined. */
export const unknownTypeQuery = (eventType: string) =>
  queryOptions({
    queryKey: ['unknown-event-type', eventType],
    queryFn: () => api.eventType.get(eventType).then(() => null, unknownWords),
  })

function unknownWords(error: unknown): string {
  if (error instanceof PosthornError && error.code === 'not_found') return error.message
  throw error
}

/** So many of its deliveries stand on its page. */
export const DELIVERIES_MAX = 100

/** Its deliveries, one for each endpoint that wanted it. */
export const messageDeliveriesQuery = (app: string, id: string) =>
  queryOptions({
    queryKey: ['message-deliveries', app, id],
    queryFn: () => api.delivery.list(app, { message_id: id, limit: DELIVERIES_MAX }),
    refetchInterval: ({ state }) => (state.data?.data.some(({ finishedAt }) => finishedAt === null) ? 2000 : false),
  })

/** Of so many it is said why they did not get a message. */
export const ENDPOINTS_MAX = 100

/** The endpoints of which some did not get it. */
export const endpointsQuery = (app: string) =>
  queryOptions({
    queryKey: ['endpoint-list', app, 'first'],
    queryFn: () => api.endpoint.list(app, { limit: ENDPOINTS_MAX }),
    staleTime: 60_000,
  })
