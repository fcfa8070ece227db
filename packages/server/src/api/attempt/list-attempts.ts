import type { AttemptOut, attemptOperations } from '@posthorn/contract'
import type { AttemptFilter, AttemptWithDelivery } from '#store'
import type { ApiDeps } from '../deps.ts'
import { existingEndpoint } from '../endpoint/find-endpoint.ts'
import { lookThrough, stretchOf, type Looked } from '../look-through.ts'
import { findMessage } from '../message/find-message.ts'
import { messageTexts } from '../message/message-text.ts'
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
  const found = await list(deps, page, { endpoint: endpoint.id, ...filterOf(query) })
  if (!query.with_msg) return answer(page, found, query.with_content)
  // As they are written by `messageText`, whose payloads alone must not be parsed; here there are none.
  const ids = [...new Set(found.rows.flatMap(({ message_id }) => message_id ?? []))]
  const texts = await messageTexts(deps, ids, { withContent: false })
  return answer(page, found, query.with_content, new Map([...texts].map(([id, text]) => [id, JSON.parse(text) as AttemptOut['msg']])))
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
  Pick<AttemptFilter, 'status' | 'channel' | 'tag'> & {
    readonly status_code_class?: number | undefined
    readonly event_types?: readonly string[] | undefined
  }

function filterOf({ status, status_code_class, channel, tag, event_types, before, after }: AttemptQuery) {
  return { status, statusCodeClass: status_code_class, channel, tag, eventTypes: event_types, before, after }
}

/** Of one owner, by their id: newest first, filtered. Those of a message are few, so they are not looked through in windows. */
function list(
  { store }: ApiDeps,
  page: PageRequest,
  { before, after, ...filter }: AttemptFilter & Times,
): Promise<Looked<AttemptWithDelivery>> {
  const { attempts } = store.logs
  const { message, endpoint, eventTypes, status, statusCodeClass, channel, tag } = filter
  const asked = Boolean(eventTypes?.length) || [status, statusCodeClass, channel, tag].some((one) => one !== undefined)
  return lookThrough(stretchOf(page, 'atmpt', { before, after }), {
    filtered: asked && message === undefined,
    windowEnd: (stretch) => attempts.windowEnd(endpoint!, stretch),
    rows: (stretch) => attempts.list(filter, stretch),
  })
}

function answer(
  asked: PageRequest,
  found: Looked<AttemptWithDelivery>,
  withContent: boolean,
  messages?: ReadonlyMap<string, AttemptOut['msg']>,
): Answer {
  const sized = { ...found, rows: found.rows.map((row) => ({ ...row, bytes: withContent ? (row.response_body?.length ?? 0) : 0 })) }
  const { page, looked } = cutToContent(asked, sized)
  const item = (row: AttemptWithDelivery) => {
    const msg = messages?.get(row.message_id ?? '')
    return msg === undefined ? attemptJson(row, withContent) : { ...attemptJson(row, withContent), msg }
  }
  return { status: 200, body: pageAnswer(page, looked.rows, { key: (row) => row.id, item, stoppedAt: looked.stoppedAt }) }
}
