import { deliveryOperations, type DeliveryOut } from '@posthorn/contract'
import { AppError, firstIdAt, type DeliveryId } from '#domain'
import type { ApplicationSnapshot, DeliveryTable } from '#store'
import { explain, time, timeOrNull } from '../attempt/attempt-json.ts'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Route } from '../route.ts'
import { deliveryAttemptJson } from './delivery-attempt-json.ts'
import { cancelDelivery, resend } from './resend.ts'

type Row = Omit<DeliveryTable, 'request' | 'body'>

const columns = [
  'id',
  'application_id',
  'lane',
  'endpoint_id',
  'message_id',
  'run_id',
  'step_id',
  'event_type',
  'status',
  'attempts',
  'retries',
  'retry_in_seen',
  'first_attempt_at',
  'next_at',
  'created_at',
  'finished_at',
  'last_status',
  'last_failure',
] as const satisfies readonly (keyof Row)[]

/** Deliveries: of messages to endpoints, and of Send Webhook steps. */
export function deliveryRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store
  const operations = deliveryOperations

  const find = async (call: {
    readonly params: Readonly<Record<string, string>>
    readonly application: ApplicationSnapshot
  }): Promise<Row> => {
    const row = await db
      .selectFrom('delivery')
      .select(columns)
      .where('id', '=', call.params['delivery_id'] ?? '')
      .where('application_id', '=', call.application.id)
      .executeTakeFirst()
    if (!row) throw new AppError('not_found')
    return row
  }

  return [
    route(operations.list, async ({ application, query }) => {
      const page = readPage(query, 'descending')
      let select = db
        .selectFrom('delivery')
        .select(columns)
        .where('application_id', '=', application.id)
        .orderBy('id', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('id', page.order === 'asc' ? '>' : '<', page.beyond)
      if (query.status !== undefined) select = select.where('status', '=', query.status)
      if (query.message_id !== undefined) select = select.where('message_id', '=', query.message_id)
      if (query.run_id !== undefined) select = select.where('run_id', '=', query.run_id)
      if (query.event_type !== undefined) select = select.where('event_type', '=', query.event_type)
      if (query.endpoint_id !== undefined) {
        const endpoint = application.endpoints.find((one) => one.id === query.endpoint_id || one.uid === query.endpoint_id)
        select = select.where('endpoint_id', '=', endpoint?.id ?? query.endpoint_id)
      }
      if (query.before !== undefined) select = select.where('id', '<', firstIdAt('dlv', Date.parse(query.before)))
      if (query.after !== undefined) select = select.where('id', '>=', firstIdAt('dlv', Date.parse(query.after)))
      return { status: 200, body: pageAnswer(page, await select.execute(), { key: (row) => row.id, item: deliveryJson }) }
    }),
    route(operations.get, async (call) => ({ status: 200, body: deliveryJson(await find(call)) })),
    route(operations.attempts, async (call) => {
      const delivery = await find(call)
      const page = readPage(call.query, 'descending')
      let select = db
        .selectFrom('attempt')
        .selectAll()
        .where('delivery_id', '=', delivery.id)
        .orderBy('id', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('id', page.order === 'asc' ? '>' : '<', page.beyond)
      return { status: 200, body: pageAnswer(page, await select.execute(), { key: (row) => row.id, item: deliveryAttemptJson }) }
    }),
    route(operations.cancel, async (call) => {
      await cancelDelivery(deps, call, named(await find(call)))
      return { status: 200, body: deliveryJson(await find(call)) }
    }),
    route(operations.resend, async (call) => {
      await resend(deps, call, named(await find(call)))
      return { status: 202, body: deliveryJson(await find(call)) }
    }),
  ]
}

function named({ id, status }: Row) {
  return { id: id as DeliveryId, status }
}

function deliveryJson(row: Row): DeliveryOut {
  const { reason, nextStep } = explain(row.last_failure, null)
  const waits = row.status === 'waiting' || row.status === 'throttled' || row.status === 'held'
  return {
    id: row.id,
    status: row.status,
    eventType: row.event_type,
    messageId: row.message_id,
    endpointId: row.endpoint_id,
    runId: row.run_id,
    stepId: row.step_id,
    attempts: row.attempts,
    nextAttempt: waits ? timeOrNull(row.next_at) : null,
    lastStatusCode: row.last_status,
    lastFailure: row.last_failure,
    lastFailureReason: reason,
    nextStep,
    createdAt: time(row.created_at),
    finishedAt: timeOrNull(row.finished_at),
  }
}
