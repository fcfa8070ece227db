import type { messageOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { lookThrough, stretchOf } from '../look-through.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { messageTexts } from './message-text.ts'

export async function listMessages(deps: ApiDeps, { application, query }: Call<typeof messageOperations.list>): Promise<Answer> {
  const { messages } = deps.store.logs
  const asked = readPage(query, 'msg', 'descending')
  const { event_types: eventTypes, channel, tag, with_content } = query
  const filter = { application: application.id, eventTypes, channel, tag, sized: with_content }
  const found = await lookThrough(stretchOf(asked, 'msg', query), {
    filtered: Boolean(eventTypes?.length) || channel !== undefined || tag !== undefined,
    windowEnd: (stretch) => messages.windowEnd(application.id, stretch),
    rows: (stretch) => messages.list(filter, stretch),
  })
  const { page, looked } = cutToContent(asked, found)
  const texts = await messageTexts(deps, looked.rows.map(({ id }) => id).slice(0, page.limit), with_content)
  const item = ({ id }: { readonly id: string }) => texts.get(id)
  const { data, ...rest } = pageAnswer(page, looked.rows, { key: (row) => row.id, item, stoppedAt: looked.stoppedAt })
  return { status: 200, json: `{"data":[${data.filter((text) => text !== undefined).join(',')}],${JSON.stringify(rest).slice(1)}` }
}
