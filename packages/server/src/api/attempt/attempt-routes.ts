import { attemptOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApplicationSnapshot, AttemptFilter, AttemptWithDelivery } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { existingEndpoint } from '../endpoint/find-endpoint.ts'
import { findMessage } from '../message/find-message.ts'
import { lookThrough, stretchOf, type Looked } from '../look-through.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage, type PageRequest } from '../page.ts'
import { route, type Route } from '../route.ts'
import { attemptJson } from './attempt-json.ts'
import { attemptedRoutes } from './attempted-routes.ts'

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

/** Attempts, in Svix's shapes, and what became of messages by them. */
export function attemptRoutes(deps: ApiDeps): Route[] {
  const { statements } = deps.store
  const { attempts } = deps.store.logs
  const operations = attemptOperations

  /** Of one owner, by their id: newest first, filtered. Those of a message are few, so they are not looked through in windows. */
  const list = (page: PageRequest, { before, after, ...filter }: AttemptFilter & Times): Promise<Looked<AttemptWithDelivery>> => {
    const { message, endpoint, eventTypes, status, statusCodeClass, channel } = filter
    const asked = Boolean(eventTypes?.length) || [status, statusCodeClass, channel].some((one) => one !== undefined)
    return lookThrough(stretchOf(page, 'atmpt', { before, after }), {
      filtered: asked && message === undefined,
      windowEnd: (stretch) => attempts.windowEnd(endpoint!, stretch),
      rows: (stretch) => attempts.list(filter, stretch),
    })
  }

  const answer = (asked: PageRequest, found: Looked<AttemptWithDelivery>, withContent: boolean) => {
    const sized = { ...found, rows: found.rows.map((row) => ({ ...row, bytes: withContent ? (row.response_body?.length ?? 0) : 0 })) }
    const { page, looked } = cutToContent(asked, sized)
    const item = (row: AttemptWithDelivery) => attemptJson(row, withContent)
    return { status: 200, body: pageAnswer(page, looked.rows, { key: (row) => row.id, item, stoppedAt: looked.stoppedAt }) }
  }

  const find = async (call: {
    readonly params: Readonly<Record<string, string>>
    readonly application: ApplicationSnapshot
  }): Promise<AttemptWithDelivery> => {
    const message = await findMessage(deps, call)
    const row = await attempts.find(message.id, call.params['attempt_id'] ?? '')
    if (!row) throw new AppError('not_found')
    return row
  }

  return [
    route(operations.listByEndpoint, async ({ application, params, query }) => {
      const endpoint = existingEndpoint(application, params)
      const page = readPage(query, 'atmpt', 'descending')
      return answer(page, await list(page, { endpoint: endpoint.id, ...filterOf(query) }), query.with_content)
    }),
    route(operations.listByMessage, async (call) => {
      const message = await findMessage(deps, call)
      const page = readPage(call.query, 'atmpt', 'descending')
      const { endpoint_id } = call.query
      const endpoint = endpoint_id === undefined ? undefined : existingEndpoint(call.application, { endpoint_id }).id
      return answer(page, await list(page, { message: message.id, endpoint, ...filterOf(call.query) }), call.query.with_content)
    }),
    route(operations.get, async (call) => ({ status: 200, body: attemptJson(await find(call), true) })),
    route(operations.expunge, async (call) => {
      const attempt = await find(call)
      await changeOrganisation(deps, call, async () => ({
        statements: [statements.logs.expungeAttempt(attempt.id)],
        application: call.application.id,
        action: 'attempt.expunged',
        target: attempt.id,
        before: { responseBytes: attempt.response_body?.length ?? 0 },
        after: { responseBytes: 0 },
        result: undefined,
      }))
      return { status: 204 }
    }),
    ...attemptedRoutes(deps),
  ]
}
