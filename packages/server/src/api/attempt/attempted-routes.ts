import { attemptOperations } from '@posthorn/contract'
import { AppError, type DeliveryId } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { resend } from '../delivery/resend.ts'
import { existingEndpoint } from '../endpoint/find-endpoint.ts'
import { lookThrough, stretchOf } from '../look-through.ts'
import { findMessage } from '../message/find-message.ts'
import { messageTexts } from '../message/message-text.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage, rowsOfPage } from '../page.ts'
import { route, type Route } from '../route.ts'
import { messageEndpointJson, timeOrNull } from './attempt-json.ts'
import { countByStatus } from './count-by-status.ts'
import { deliveryStatusNumber, statusTexts } from './delivery-status.ts'

/** What became of messages: by endpoint, by message, in numbers; and once more. */
export function attemptedRoutes(deps: ApiDeps): Route[] {
  const { logs, queries } = deps.store
  const operations = attemptOperations
  return [
    route(operations.attemptedMessages, async ({ application, params, query }) => {
      const endpoint = existingEndpoint(application, params)
      const asked = readPage(query, 'dlv', 'descending')
      const { event_types: eventTypes, channel, status: wanted, with_content } = query
      const filter = { endpoint: endpoint.id, eventTypes, channel, status: wanted, sized: with_content }
      const found = await lookThrough(stretchOf(asked, 'dlv', query), {
        filtered: Boolean(eventTypes?.length) || channel !== undefined || wanted !== undefined,
        windowEnd: (stretch) => logs.deliveries.windowEnd(endpoint.id, stretch),
        rows: (stretch) => logs.deliveries.attempted(filter, stretch),
      })
      const { page, looked } = cutToContent(asked, found)
      const messages = looked.rows.map(({ message_id }) => message_id).slice(0, page.limit)
      const texts = await messageTexts(deps, messages, with_content)
      const { data, ...rest } = pageAnswer(page, looked.rows, {
        stoppedAt: looked.stoppedAt,
        key: (row) => row.delivery_id,
        item: (row) => {
          const text = texts.get(row.message_id)
          if (text === undefined) return undefined
          const status = deliveryStatusNumber(row)
          const nextAttempt = status === 1 || status === 3 ? timeOrNull(row.next_at) : null
          const more = { status, statusText: statusTexts[status], nextAttempt }
          return `${JSON.stringify(more).slice(0, -1)},${text.slice(1)}`
        },
      })
      return { status: 200, json: `{"data":[${data.filter((text) => text !== undefined).join(',')}],${JSON.stringify(rest).slice(1)}` }
    }),
    route(operations.destinations, async (call) => {
      const message = await findMessage(deps, call)
      const page = readPage(call.query, 'dlv', 'descending')
      const rows = await logs.deliveries.destinations(message.id, rowsOfPage(page))
      return { status: 200, body: pageAnswer(page, rows, { key: (row) => row.delivery_id, item: (row) => messageEndpointJson(row, row) }) }
    }),
    route(operations.resend, async (call) => {
      const message = await findMessage(deps, call)
      const endpoint = existingEndpoint(call.application, call.params)
      const delivery = await logs.deliveries.ofMessage(message.id, endpoint.id)
      if (!delivery) throw new AppError('not_found', { detail: 'This message was never sent to that endpoint.' })
      if (message.payload === null) throw new AppError('missing_payload')
      await resend(deps, call, { id: delivery.id as DeliveryId, status: delivery.status })
      return { status: 202, body: {} }
    }),
    route(operations.stats, async ({ application, params, query }) => {
      const endpoint = existingEndpoint(application, params)
      const range = { since: momentOf(query.since), until: momentOf(query.until) }
      const stats = { success: 0, pending: 0, sending: 0, fail: 0, canceled: 0 }
      for await (const { count, ...one } of countByStatus(deps.store, endpoint.id, range)) {
        if (one.status === 'cancelled') stats.canceled += count
        else stats[statusTexts[deliveryStatusNumber(one)]] += count
      }
      return { status: 200, body: { ...stats, skipped: await queries.lanes.skipped(endpoint.id) } }
    }),
  ]
}

const momentOf = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text))
