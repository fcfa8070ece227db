import type { messageOperations, MessageOut } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { lookThrough, stretchOf } from '../look-through.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { messageTexts } from './message-text.ts'

export async function listMessages(deps: ApiDeps, { application, query }: Call<typeof messageOperations.list>): Promise<Answer> {
  const { messages } = deps.store.logs
  const asked = readPage(query, 'msg', 'descending')
  const { event_types: eventTypes, channel, tag, with_content, with_deliveries } = query
  const filter = { application: application.id, eventTypes, channel, tag, sized: with_content }
  const found = await lookThrough(stretchOf(asked, 'msg', query), {
    filtered: Boolean(eventTypes?.length) || channel !== undefined || tag !== undefined,
    windowEnd: (stretch) => messages.windowEnd(application.id, stretch),
    rows: (stretch) => messages.list(filter, stretch),
  })
  const { page, looked } = cutToContent(asked, found)
  const ids = looked.rows.map(({ id }) => id).slice(0, page.limit)
  const counts = with_deliveries ? await deliveriesOf(deps, ids) : undefined
  const texts = await messageTexts(deps, ids, { withContent: with_content, deliveries: counts })
  const item = ({ id }: { readonly id: string }) => texts.get(id)
  const { data, ...rest } = pageAnswer(page, looked.rows, { key: (row) => row.id, item, stoppedAt: looked.stoppedAt })
  return { status: 200, json: `{"data":[${data.filter((text) => text !== undefined).join(',')}],${JSON.stringify(rest).slice(1)}` }
}

/** How the deliveries of each message ended, in numbers. */
async function deliveriesOf(
  { store }: Pick<ApiDeps, 'store'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NonNullable<MessageOut['deliveries']>>> {
  const byMessage = new Map(ids.map((id) => [id, { all: 0, delivered: 0, failed: 0, cancelled: 0 }]))
  for (const { messageId, status, count } of await store.logs.deliveries.countsOfMessages(ids)) {
    const sum = byMessage.get(messageId)!
    sum.all += count
    if (status === 'delivered' || status === 'failed' || status === 'cancelled') sum[status] += count
  }
  return byMessage
}
