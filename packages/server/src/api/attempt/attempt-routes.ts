import { attemptOperations } from '@posthorn/contract'
import { sql } from 'kysely'
import { AppError } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { existingEndpoint } from '../endpoint/find-endpoint.ts'
import { findMessage } from '../message/find-message.ts'
import { inStretch, lookThrough, stretchOf, type Looked, type Stretch } from '../look-through.ts'
import { holdsName } from '../message/names-in-json.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage, type PageRequest } from '../page.ts'
import { route, type Route } from '../route.ts'
import { attemptJson, type AttemptWithDelivery } from './attempt-json.ts'
import { attemptedRoutes } from './attempted-routes.ts'
import { isLive } from './delivery-status.ts'

interface AttemptFilter {
  readonly status?: number | undefined
  readonly status_code_class?: number | undefined
  readonly channel?: string | undefined
  readonly before?: string | undefined
  readonly after?: string | undefined
  readonly event_types?: readonly string[] | undefined
  readonly endpoint?: string | undefined
}

/** Attempts, in Svix's shapes, and what became of messages by them. */
export function attemptRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store
  const operations = attemptOperations

  /** Attempts with what their deliveries say now: one that failed is `sending` as long as another is to come. */
  const attempts = () =>
    db
      .selectFrom('attempt')
      .leftJoin('delivery', 'delivery.id', 'attempt.delivery_id')
      .selectAll('attempt')
      .select(['delivery.status as delivery_status', 'delivery.attempts as delivery_attempts', 'delivery.next_at as delivery_next_at'])

  /** Of one owner, by their id: newest first, filtered. */
  const list = (owner: { column: 'endpoint_id' | 'message_id'; id: string }, page: PageRequest, filter: AttemptFilter) => {
    const { event_types, endpoint, status, status_code_class, channel } = filter
    const rows = (stretch: Stretch) => {
      let select = inStretch(attempts().where(`attempt.${owner.column}`, '=', owner.id), 'attempt.id', stretch)
      // Attempts have no index by message: their deliveries do, and a message has few.
      if (owner.column === 'message_id')
        select = select.where('attempt.delivery_id', 'in', db.selectFrom('delivery').select('id').where('message_id', '=', owner.id))
      if (event_types?.length) select = select.where('attempt.event_type', 'in', event_types)
      if (endpoint !== undefined) select = select.where('attempt.endpoint_id', '=', endpoint)
      if (status !== undefined) select = select.where(hasStatus(status))
      if (status_code_class === 0) select = select.where('attempt.status', 'is', null)
      else if (status_code_class !== undefined)
        select = select.where('attempt.status', '>=', status_code_class).where('attempt.status', '<', status_code_class + 100)
      if (channel !== undefined)
        select = select.innerJoin('message', 'message.id', 'attempt.message_id').where(holdsName('message.channels', channel))
      return select
    }
    const asked = Boolean(event_types?.length) || [status, status_code_class, channel].some((one) => one !== undefined)
    const ids = (stretch: Stretch) => inStretch(db.selectFrom('attempt').select('id').where('endpoint_id', '=', owner.id), 'id', stretch)
    return lookThrough(page, stretchOf(page, 'atmpt', filter), { filtered: asked && owner.column === 'endpoint_id', ids, rows })
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
    const row = await attempts()
      .where('attempt.id', '=', call.params['attempt_id'] ?? '')
      .where('attempt.message_id', '=', message.id)
      .executeTakeFirst()
    if (!row) throw new AppError('not_found')
    return row
  }

  return [
    route(operations.listByEndpoint, async ({ application, params, query }) => {
      const endpoint = existingEndpoint(application, params)
      const page = readPage(query, 'atmpt', 'descending')
      return answer(page, await list({ column: 'endpoint_id', id: endpoint.id }, page, query), query.with_content)
    }),
    route(operations.listByMessage, async (call) => {
      const message = await findMessage(deps, call)
      const page = readPage(call.query, 'atmpt', 'descending')
      const { endpoint_id, ...filter } = call.query
      const endpoint = endpoint_id === undefined ? undefined : existingEndpoint(call.application, { endpoint_id }).id
      return answer(page, await list({ column: 'message_id', id: message.id }, page, { ...filter, endpoint }), call.query.with_content)
    }),
    route(operations.get, async (call) => ({ status: 200, body: attemptJson(await find(call), true) })),
    route(operations.expunge, async (call) => {
      const attempt = await find(call)
      await changeOrganisation(deps, call, async () => ({
        statements: [
          {
            query: db
              .updateTable('attempt')
              .set({ response_body: null, response_headers: null, detail: 'EXPUNGED' })
              .where('id', '=', attempt.id)
              .compile(),
            rows: 1,
          },
        ],
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

/** Svix's number of an attempt, as a condition on it and its delivery; none is `pending`, because it was made. */
function hasStatus(status: number) {
  const last = sql<boolean>`(delivery.attempts = attempt.n and ${isLive})`
  if (status === 0) return sql<boolean>`attempt.ok = 1`
  if (status === 2) return sql<boolean>`attempt.ok = 0 and coalesce(${last}, false) = false`
  if (status === 3) return sql<boolean>`attempt.ok = 0 and ${last}`
  return sql<boolean>`1 = 0`
}
