import { attemptOperations } from '@posthorn/contract'
import { AppError, firstIdAt, type DeliveryId } from '#domain'
import type { ApplicationSnapshot, AttemptTable, DeliveryTable } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { findEndpoint } from '../endpoint/endpoint-routes.ts'
import { findMessage, messageText } from '../message/message-routes.ts'
import { pageAnswer, readPage, type PageRequest } from '../page.ts'
import { route, type Route } from '../route.ts'
import { attemptJson, deliveryStatusNumber, messageEndpointJson, statusTexts, timeOrNull } from './attempt-json.ts'

interface AttemptFilter {
  readonly status?: number | undefined
  readonly status_code_class?: number | undefined
  readonly channel?: string | undefined
  readonly before?: string | undefined
  readonly after?: string | undefined
  readonly event_types?: readonly string[] | undefined
  readonly endpoint?: string | undefined
}

/** Attempts, in Svix's shapes. */
export function attemptRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store
  const operations = attemptOperations

  /** Attempts of one owner, by their id: newest first, filtered. */
  const list = (owner: { column: 'endpoint_id' | 'message_id'; id: string }, page: PageRequest, filter: AttemptFilter) => {
    let select = db
      .selectFrom('attempt')
      .selectAll('attempt')
      .where(`attempt.${owner.column}`, '=', owner.id)
      .orderBy('attempt.id', page.order)
      .limit(page.limit + 1)
    // Attempts have no index by message: their deliveries do, and a message has few.
    if (owner.column === 'message_id')
      select = select.where('attempt.delivery_id', 'in', db.selectFrom('delivery').select('id').where('message_id', '=', owner.id))
    if (page.beyond !== null) select = select.where('attempt.id', page.order === 'asc' ? '>' : '<', page.beyond)
    if (filter.before !== undefined) select = select.where('attempt.id', '<', firstIdAt('atmpt', Date.parse(filter.before)))
    if (filter.after !== undefined) select = select.where('attempt.id', '>=', firstIdAt('atmpt', Date.parse(filter.after)))
    if (filter.event_types) select = select.where('attempt.event_type', 'in', filter.event_types)
    if (filter.endpoint !== undefined) select = select.where('attempt.endpoint_id', '=', filter.endpoint)
    if (filter.status === 0) select = select.where('attempt.ok', '=', 1)
    if (filter.status === 1) select = select.where('attempt.ok', '=', 2) // an attempt that was made is never pending
    if (filter.status === 2) select = select.where('attempt.ok', '=', 0).where('attempt.next_at', 'is', null)
    if (filter.status === 3) select = select.where('attempt.ok', '=', 0).where('attempt.next_at', 'is not', null)
    if (filter.status_code_class === 0) select = select.where('attempt.status', 'is', null)
    else if (filter.status_code_class !== undefined)
      select = select.where('attempt.status', '>=', filter.status_code_class).where('attempt.status', '<', filter.status_code_class + 100)
    if (filter.channel !== undefined) {
      const like = `%${JSON.stringify(filter.channel).replaceAll(/[%_]/g, '')}%`
      select = select.innerJoin('message', 'message.id', 'attempt.message_id').where('message.channels', 'like', like)
    }
    return select.execute()
  }

  const answer = (page: PageRequest, rows: readonly AttemptTable[], withContent: boolean) => ({
    status: 200,
    body: pageAnswer(page, rows, { key: (row) => row.id, item: (row) => attemptJson(row, withContent) }),
  })

  const find = async (call: {
    readonly params: Readonly<Record<string, string>>
    readonly application: ApplicationSnapshot
  }): Promise<AttemptTable> => {
    const message = await findMessage(deps, call)
    const row = await db
      .selectFrom('attempt')
      .selectAll()
      .where('id', '=', call.params['attempt_id'] ?? '')
      .where('message_id', '=', message.id)
      .executeTakeFirst()
    if (!row) throw new AppError('not_found')
    return row
  }

  return [
    route(operations.listByEndpoint, async ({ application, params, query }) => {
      const endpoint = findEndpoint(application, params)
      const page = readPage(query, 'descending')
      return answer(page, await list({ column: 'endpoint_id', id: endpoint.id }, page, query), query.with_content)
    }),
    route(operations.listByMessage, async (call) => {
      const message = await findMessage(deps, call)
      const page = readPage(call.query, 'descending')
      const { endpoint_id, ...filter } = call.query
      const endpoint = endpoint_id === undefined ? undefined : findEndpoint(call.application, { endpoint_id }).id
      return answer(page, await list({ column: 'message_id', id: message.id }, page, { ...filter, endpoint }), call.query.with_content)
    }),
    route(operations.attemptedMessages, async ({ application, params, query }) => {
      const endpoint = findEndpoint(application, params)
      const page = readPage(query, 'descending')
      let select = db
        .selectFrom('delivery')
        .innerJoin('message', 'message.id', 'delivery.message_id')
        .selectAll('message')
        .select(['delivery.id as delivery_id', 'delivery.status', 'delivery.attempts', 'delivery.next_at'])
        .where('delivery.endpoint_id', '=', endpoint.id)
        .orderBy('delivery.id', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('delivery.id', page.order === 'asc' ? '>' : '<', page.beyond)
      if (query.before !== undefined) select = select.where('delivery.id', '<', firstIdAt('dlv', Date.parse(query.before)))
      if (query.after !== undefined) select = select.where('delivery.id', '>=', firstIdAt('dlv', Date.parse(query.after)))
      if (query.event_types) select = select.where('delivery.event_type', 'in', query.event_types)
      if (query.status !== undefined)
        select = select.where((is) => is.or(deliveryConditions(query.status!).map((condition) => is.and(condition))))
      const { data, ...rest } = pageAnswer(page, await select.execute(), {
        key: (row) => row.delivery_id,
        item: (row) => {
          const status = deliveryStatusNumber(row)
          const more = {
            status,
            statusText: statusTexts[status],
            nextAttempt: status === 1 || status === 3 ? timeOrNull(row.next_at) : null,
          }
          return `${JSON.stringify(more).slice(0, -1)},${messageText(row, query.with_content).slice(1)}`
        },
      })
      return { status: 200, json: `{"data":[${data.join(',')}],${JSON.stringify(rest).slice(1)}` }
    }),
    route(operations.get, async (call) => ({ status: 200, body: attemptJson(await find(call), true) })),
    route(operations.expunge, async (call) => {
      const attempt = await find(call)
      await changeApplication(deps, call, () => ({
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
        action: 'attempt.expunged',
        target: attempt.id,
        result: undefined,
      }))
      return { status: 204 }
    }),
    route(operations.destinations, async (call) => {
      const message = await findMessage(deps, call)
      const page = readPage(call.query, 'descending')
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
      const endpoint = findEndpoint(call.application, call.params)
      if (message.payload === null) throw new AppError('missing_payload')
      const delivery = await db
        .selectFrom('delivery')
        .select('id')
        .where('message_id', '=', message.id)
        .where('endpoint_id', '=', endpoint.id)
        .executeTakeFirst()
      if (!delivery) throw new AppError('not_found', { detail: 'This message was never sent to that endpoint.' })
      await resend(deps, delivery.id as DeliveryId)
      return { status: 202, body: {} }
    }),
    route(operations.stats, async ({ application, params, query }) => {
      const endpoint = findEndpoint(application, params)
      let select = db
        .selectFrom('delivery')
        .select(['status', 'attempts'])
        .select((is) => is.fn.countAll<number>().as('count'))
        .where('endpoint_id', '=', endpoint.id)
        .groupBy(['status', 'attempts'])
      if (query.since !== undefined) select = select.where('id', '>=', firstIdAt('dlv', Date.parse(query.since)))
      if (query.until !== undefined) select = select.where('id', '<', firstIdAt('dlv', Date.parse(query.until)))
      const stats = { success: 0, pending: 0, sending: 0, fail: 0, canceled: 0 }
      for (const row of await select.execute()) {
        if (row.status === 'cancelled') stats.canceled += Number(row.count)
        else stats[statusTexts[deliveryStatusNumber(row)]] += Number(row.count)
      }
      return { status: 200, body: stats }
    }),
  ]
}

/** One manual attempt at the tail of its lane; a disabled endpoint refuses (decisions.md 14). */
export async function resend({ store }: ApiDeps, delivery: DeliveryId): Promise<void> {
  const [done] = await store.resend([delivery])
  if (done === undefined) throw new AppError('endpoint_disabled')
}

/** What each of Svix's numbers means in our rows: alternatives, each a set of columns. */
function deliveryConditions(status: number): Partial<Pick<DeliveryTable, 'status'>>[] {
  const statuses =
    status === 0
      ? (['delivered'] as const)
      : status === 2
        ? (['failed', 'cancelled'] as const)
        : (['waiting', 'throttled', 'held'] as const)
  return statuses.map((one) => ({ status: one }))
}
