import { attemptOperations } from '@posthorn/contract'
import { AppError, type DeliveryId } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { resend } from '../delivery/resend.ts'
import { existingEndpoint } from '../endpoint/find-endpoint.ts'
import { inStretch, lookThrough, stretchOf, type Stretch } from '../look-through.ts'
import { findMessage } from '../message/find-message.ts'
import { messageTexts } from '../message/message-text.ts'
import { holdsName } from '../message/names-in-json.ts'
import { bytesOf, cutToContent, noBytes } from '../page-content.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Route } from '../route.ts'
import { messageEndpointJson, timeOrNull } from './attempt-json.ts'
import { countByStatus } from './count-by-status.ts'
import { deliveryStatusNumber, hasDeliveryStatus, statusTexts } from './delivery-status.ts'

/** What became of messages: by endpoint, by message, in numbers; and once more. */
export function attemptedRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store
  const operations = attemptOperations
  return [
    route(operations.attemptedMessages, async ({ application, params, query }) => {
      const endpoint = existingEndpoint(application, params)
      const asked = readPage(query, 'dlv', 'descending')
      const { event_types, channel, status: wanted, with_content } = query
      const contentBytes = (with_content ? bytesOf('message.payload') : noBytes).as('bytes')
      const log = db.selectFrom('delivery').where('delivery.endpoint_id', '=', endpoint.id)
      const rows = (stretch: Stretch) => {
        let select = inStretch(
          log
            .innerJoin('message', 'message.id', 'delivery.message_id')
            .select(['message.id as message_id', contentBytes])
            .select(['delivery.id as delivery_id', 'delivery.status', 'delivery.attempts', 'delivery.next_at']),
          'delivery.id',
          stretch,
        )
        if (event_types?.length) select = select.where('delivery.event_type', 'in', event_types)
        if (channel !== undefined) select = select.where(holdsName('message.channels', channel))
        if (wanted !== undefined) select = select.where(hasDeliveryStatus(wanted))
        return select
      }
      const filtered = Boolean(event_types?.length) || channel !== undefined || wanted !== undefined
      const ids = (stretch: Stretch) => inStretch(log.select('delivery.id'), 'delivery.id', stretch)
      const found = await lookThrough(asked, stretchOf(asked, 'dlv', query), { filtered, ids, rows })
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
      let select = db
        .selectFrom('delivery')
        .innerJoin('endpoint', 'endpoint.id', 'delivery.endpoint_id')
        .selectAll('endpoint')
        .select(['delivery.id as delivery_id', 'delivery.status', 'delivery.attempts', 'delivery.next_at'])
        .where('delivery.message_id', '=', message.id)
        .orderBy('delivery.id', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('delivery.id', page.order === 'asc' ? '>' : '<', page.beyond)
      return {
        status: 200,
        body: pageAnswer(page, await select.execute(), { key: (row) => row.delivery_id, item: (row) => messageEndpointJson(row, row) }),
      }
    }),
    route(operations.resend, async (call) => {
      const message = await findMessage(deps, call)
      const endpoint = existingEndpoint(call.application, call.params)
      const delivery = await db
        .selectFrom('delivery')
        .select(['id', 'status'])
        .where('message_id', '=', message.id)
        .where('endpoint_id', '=', endpoint.id)
        .executeTakeFirst()
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
      const lane = await db.selectFrom('lane').select('skipped').where('lane', '=', endpoint.id).executeTakeFirst()
      return { status: 200, body: { ...stats, skipped: lane?.skipped ?? 0 } }
    }),
  ]
}

const momentOf = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text))
