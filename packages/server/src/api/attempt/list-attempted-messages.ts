import type { attemptOperations } from '@posthorn/contract'
import type { Store } from '#store'
import type { ApiDeps } from '../deps.ts'
import { existingEndpoint } from '../endpoint/find-endpoint.ts'
import { lookThrough, stretchOf } from '../look-through.ts'
import { messageTexts } from '../message/message-text.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { timeOrNull } from './attempt-json.ts'
import { deliveryStatusNumber, statusTexts } from './delivery-status.ts'

type AttemptedMessage = Awaited<ReturnType<Store['logs']['deliveries']['attempted']>>[number]

export async function listAttemptedMessages(
  deps: ApiDeps,
  { application, params, query }: Call<typeof attemptOperations.attemptedMessages>,
): Promise<Answer> {
  const { deliveries } = deps.store.logs
  const endpoint = existingEndpoint(application, params)
  const asked = readPage(query, 'dlv', 'descending')
  const { event_types: eventTypes, channel, tag, status: wanted, with_content } = query
  const filter = { endpoint: endpoint.id, eventTypes, channel, tag, status: wanted, sized: with_content }
  const found = await lookThrough(stretchOf(asked, 'dlv', query), {
    filtered: Boolean(eventTypes?.length) || [channel, tag, wanted].some((one) => one !== undefined),
    windowEnd: (stretch) => deliveries.windowEnd(endpoint.id, stretch),
    rows: (stretch) => deliveries.attempted(filter, stretch),
  })
  const { page, looked } = cutToContent(asked, found)
  const messages = looked.rows.map(({ message_id }) => message_id).slice(0, page.limit)
  const texts = await messageTexts(deps, messages, { withContent: with_content })
  const item = (row: AttemptedMessage) => textOf(row, texts.get(row.message_id))
  const shape = { key: (row: AttemptedMessage) => row.delivery_id, item, stoppedAt: looked.stoppedAt }
  const { data, ...rest } = pageAnswer(page, looked.rows, shape)
  return { status: 200, json: `{"data":[${data.filter((text) => text !== undefined).join(',')}],${JSON.stringify(rest).slice(1)}` }
}

/** The message with what became of it; undefined if it is not kept any more. */
function textOf(row: AttemptedMessage, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const status = deliveryStatusNumber(row)
  const nextAttempt = status === 1 || status === 3 ? timeOrNull(row.next_at) : null
  const more = { status, statusText: statusTexts[status], nextAttempt }
  return `${JSON.stringify(more).slice(0, -1)},${text.slice(1)}`
}
