import { deliveryOperations, type DeliveryOut, type DeliverySearch } from '@posthorn/contract'
import { explainFailure } from '#delivery'
import { AppError, limits, type DeliveryId, type DeliveryStatus } from '#domain'
import type { ApplicationSnapshot, AttemptTable, ContentHead, DeliveryHead } from '#store'
import { time, timeOrNull } from '../attempt/attempt-json.ts'
import type { ApiDeps } from '../deps.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage, rowsOfPage } from '../page.ts'
import { route, type Route } from '../route.ts'
import { deliveryFilter } from './delivery-filter.ts'
import { deliveryAttemptJson, type ShownBody } from './delivery-attempt-json.ts'
import { cancelDelivery, resend } from './resend.ts'
import { searchDeliveries } from './search-deliveries.ts'

/** Deliveries: of messages to endpoints, and of Send Webhook steps. */
export function deliveryRoutes(deps: ApiDeps): Route[] {
  const { logs } = deps.store
  const operations = deliveryOperations

  const find = async (call: {
    readonly params: Readonly<Record<string, string>>
    readonly application: ApplicationSnapshot
  }): Promise<DeliveryHead> => {
    const row = await logs.deliveries.find(call.application.id, call.params['delivery_id'] ?? '', deps.clock.now())
    if (!row) throw new AppError('not_found')
    return row
  }

  const search = async (application: ApplicationSnapshot | null, query: DeliverySearch) => {
    const page = readPage(query, 'dlv', 'descending')
    const { status, endpoint_id, message_id, run_id, event_types, status_code_class, failure, before, after, text } = query
    const asked = { statuses: status, endpoint: endpoint_id, messageId: message_id, runId: run_id, eventTypes: event_types }
    const filter = await deliveryFilter(deps.store, application, {
      ...asked,
      ...{ statusCodeClass: status_code_class, failure, before, after, text },
    })
    const found =
      filter === null
        ? { rows: [], stoppedAt: null }
        : await searchDeliveries(deps.store, { application: application?.id ?? null, filter, page, shownAt: deps.clock.now() })
    return pageAnswer(page, found.rows, { key: (row) => row.id, item: deliveryJson, stoppedAt: found.stoppedAt })
  }

  return [
    route(operations.list, async ({ application, query }) => ({ status: 200, body: await search(application, query) })),
    route(operations.listEverywhere, async ({ query }) => ({ status: 200, body: await search(null, query) })),
    route(operations.get, async (call) => ({ status: 200, body: deliveryJson(await find(call)) })),
    route(operations.attempts, async (call) => {
      const delivery = await find(call)
      const asked = readPage(call.query, 'atmpt', 'descending')
      const payload = shownContent(await logs.deliveries.content(delivery, limits.requestBytesKept))
      const rows = await logs.attempts.ofDelivery(delivery.id, rowsOfPage(asked))
      const sized = rows.map((row) => ({ ...row, bytes: shownBytes(row, payload) }))
      const { page, looked } = cutToContent(asked, { rows: sized, stoppedAt: null })
      const item = (row: AttemptTable) => deliveryAttemptJson(row, payload)
      return { status: 200, body: pageAnswer(page, looked.rows, { key: (row) => row.id, item }) }
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

/** What a delivery sends; null if it is not kept any more. */
function shownContent(content: ContentHead | undefined): ShownBody | null {
  return content === undefined || content.head === null ? null : { head: content.head, bytes: content.bytes }
}

/** What an attempt shows of what was sent and of what came back. */
function shownBytes({ request_body, response_body, request_headers }: AttemptTable, payload: ShownBody | null): number {
  return ((request_body ?? payload?.head)?.length ?? 0) + (response_body?.length ?? 0) + request_headers.length
}

function named({ id, status }: DeliveryHead) {
  return { id: id as DeliveryId, status }
}

/** Why it waits, where that is not its own time. */
const statusReasons: Partial<Record<DeliveryStatus, string>> = {
  held: 'Its endpoint is paused or disabled. It is sent when the endpoint is active again.',
  throttled: 'The plan of its application allows no more deliveries in this hour. It is sent by itself as soon as there is room.',
}

function deliveryJson(row: DeliveryHead): DeliveryOut {
  const { reason, nextStep } = row.last_failure === null ? { reason: null, nextStep: null } : explainFailure(row.last_failure, null)
  const waits = row.status === 'waiting' || row.status === 'throttled' || row.status === 'held'
  return {
    id: row.id,
    applicationId: row.application_id,
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
    statusReason: statusReasons[row.status] ?? null,
    createdAt: time(row.created_at),
    finishedAt: timeOrNull(row.finished_at),
  }
}
