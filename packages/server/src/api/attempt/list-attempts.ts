import type { attemptOperations } from '@posthorn/contract'
import type { AttemptFilter, AttemptWithDelivery } from '#store'
import type { ApiDeps } from '../deps.ts'
import { existingEndpoint } from '../endpoint/find-endpoint.ts'
import { lookThrough, stretchOf, type Looked } from '../look-through.ts'
import { findMessage } from '../message/find-message.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage, type PageRequest } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { attemptJson } from './attempt-json.ts'

export async function listByEndpoint(
  deps: ApiDeps,
  { application, params, query }: Call<typeof attemptOperations.listByEndpoint>,
): Promise<Answer> {
  const endpoint = existingEndpoint(application, params)
  const page = readPage(query, 'atmpt', 'descending')
  return answer(page, await list(deps, page, { endpoint: endpoint.id, ...filterOf(query) }), query.with_content)
}

export async function listByMessage(deps: ApiDeps, call: Call<typeof attemptOperations.listByMessage>): Promise<Answer> {
  const message = await findMessage(deps, call)
  const page = readPage(call.query, 'atmpt', 'descending')
  const { endpoint_id } = call.query
  const endpoint = endpoint_id === undefined ? undefined : existingEndpoint(call.application, { endpoint_id }).id
  return answer(page, await list(deps, page, { message: message.id, endpoint, ...filterOf(call.query) }), call.query.with_content)
}

interface Times {
  readonly before?: string | undefined
  readonly after?: string | undefined
}

type AttemptQuery = Times &
  Pick<AttemptFilter, 'status' | 'channel'> & {
    readonly status_code_class?: number | undefined
    readonly event_types?: readonly string[] | undefined
  }

function filterOf({ status, status_code_class, channel, event_types, before, after }: AttemptQuery) {
  return { status, statusCodeClass: status_code_class, channel, eventTypes: event_types, before, after }
}

/** Of one owner, by their id: newest first, filtered. Those of a message are few, so they are not looked through in windows. */
function list(
  { store }: ApiDeps,
  page: PageRequest,
  { before, after, ...filter }: AttemptFilter & Times,
): Promise<Looked<AttemptWithDelivery>> {
  const { attempts } = store.logs
  const { message, endpoint, eventTypes, status, statusCodeClass, channel } = filter
  const asked = Boolean(eventTypes?.length) || [status, statusCodeClass, channel].some((one) => one !== undefined)
  return lookThrough(stretchOf(page, 'atmpt', { before, after }), {
    filtered: asked && message === undefined,
    windowEnd: (stretch) => attempts.windowEnd(endpoint!, stretch),
    rows: (stretch) => attempts.list(filter, stretch),
  })
}

function answer(asked: PageRequest, found: Looked<AttemptWithDelivery>, withContent: boolean): Answer {
  const sized = { ...found, rows: found.rows.map((row) => ({ ...row, bytes: withContent ? (row.response_body?.length ?? 0) : 0 })) }
  const { page, looked } = cutToContent(asked, sized)
  const item = (row: AttemptWithDelivery) => attemptJson(row, withContent)
  return { status: 200, body: pageAnswer(page, looked.rows, { key: (row) => row.id, item, stoppedAt: looked.stoppedAt }) }
}
