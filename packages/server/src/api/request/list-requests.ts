import type { requestOperations, RequestSearch } from '@posthorn/contract'
import { isId } from '#domain'
import type { RequestFilter, RequestHead } from '#store'
import type { ApiDeps } from '../deps.ts'
import { existingListener } from '../listener/find-listener.ts'
import { mergeLooked, stretchOf } from '../look-through.ts'
import { pageAnswer, readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { listenersMeant } from './listeners-meant.ts'
import { answeredBy, requestJson } from './request-json.ts'
import { searchRequests } from './search-requests.ts'

export function listRequests(deps: ApiDeps, { application, params, query }: Call<typeof requestOperations.list>): Promise<Answer> {
  return search(deps, [existingListener(application, params).id], query)
}

/** Of all listeners, or of one. */
export async function searchEverywhere(deps: ApiDeps, { application, query }: Call<typeof requestOperations.search>): Promise<Answer> {
  return search(deps, await listenersMeant(deps, application, query.listener), query)
}

async function search(deps: ApiDeps, listeners: readonly string[], query: RequestSearch): Promise<Answer> {
  const page = readPage(query, 'req', 'descending')
  const filter = filterOf(query)
  const ofListener = (listener: string) =>
    searchRequests(deps, listener, { filter, stretch: stretchOf(page, 'req', query), among: listeners.length })
  // Requests are indexed by listener; merging the first page of each reads less than an index of its own would cost to write.
  const found = mergeLooked(page, await Promise.all(listeners.map(ofListener)))
  const answered = await answeredBy(deps, found.rows)
  const item = (row: RequestHead) => requestJson(row, answered)
  return { status: 200, body: pageAnswer(page, found.rows, { key: (row) => row.id, item, stoppedAt: found.stoppedAt }) }
}

function filterOf({ status, reason, event_type, method, status_code_class, min_duration_ms, text }: RequestSearch): RequestFilter {
  const meant = text !== undefined && isId('req', text) ? { ids: [text] } : { text }
  return {
    status,
    reason,
    eventType: event_type,
    method: method?.toUpperCase(),
    statusCodeClass: status_code_class,
    minDurationMs: min_duration_ms,
    ...meant,
  }
}
