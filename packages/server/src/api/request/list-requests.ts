import type { requestOperations } from '@posthorn/contract'
import type { RequestHead } from '#store'
import type { ApiDeps } from '../deps.ts'
import { existingListener } from '../listener/find-listener.ts'
import { lookThrough, stretchOf } from '../look-through.ts'
import { pageAnswer, readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { answeredBy, requestJson } from './request-json.ts'

export async function listRequests(deps: ApiDeps, { application, params, query }: Call<typeof requestOperations.list>): Promise<Answer> {
  const { requests } = deps.store.logs
  const listener = existingListener(application, params)
  const page = readPage(query, 'req', 'descending')
  const { status, reason, event_type: eventType, method } = query
  const filter = { listener: listener.id, status, reason, eventType, method: method?.toUpperCase() }
  const found = await lookThrough(stretchOf(page, 'req', query), {
    filtered: [status, reason, eventType, method].some((one) => one !== undefined),
    windowEnd: (stretch) => requests.windowEnd(listener.id, stretch),
    rows: (stretch) => requests.list(filter, stretch),
  })
  const answered = await answeredBy(deps, found.rows)
  const item = (row: RequestHead) => requestJson(row, answered)
  return { status: 200, body: pageAnswer(page, found.rows, { key: (row) => row.id, item, stoppedAt: found.stoppedAt }) }
}
