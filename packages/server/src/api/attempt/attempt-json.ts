import type { AttemptOut, MessageEndpointOut } from '@posthorn/contract'
import type { AttemptWithDelivery, StoredDelivery, StoredEndpoint } from '#store'
import { deliveryStatusNumber, statusTexts } from './delivery-status.ts'

/** What failed is `sending` while another try is to come, and then the one before it has failed for good. */
function attemptStatus(row: AttemptWithDelivery): 0 | 2 | 3 {
  if (row.ok === 1) return 0
  const live = row.delivery_status !== null && !['delivered', 'failed', 'cancelled'].includes(row.delivery_status)
  return live && row.n === row.delivery_attempts ? 3 : 2
}

export function attemptJson(row: AttemptWithDelivery, withContent: boolean): AttemptOut {
  const status = attemptStatus(row)
  const response = row.response_body === null ? (row.detail ?? '') : Buffer.from(row.response_body).toString('utf8')
  return {
    id: row.id,
    endpointId: row.endpoint_id ?? '',
    msgId: row.message_id ?? '',
    url: row.url,
    status,
    statusText: statusTexts[status],
    responseStatusCode: row.status ?? 0,
    response: withContent ? response : '',
    responseDurationMs: row.duration_ms,
    triggerType: row.manual === 1 ? 1 : 0,
    timestamp: time(row.started_at),
    attempt: row.n,
    failure: row.failure,
    nextAttempt: status === 3 ? timeOrNull(row.delivery_next_at) : null,
  }
}

export function messageEndpointJson(
  endpoint: Omit<StoredEndpoint, 'headers'>,
  delivery: Pick<StoredDelivery, 'status' | 'attempts' | 'next_at'>,
): MessageEndpointOut {
  const status = deliveryStatusNumber(delivery)
  return {
    id: endpoint.id,
    uid: endpoint.uid,
    url: endpoint.url,
    description: endpoint.description,
    eventTypes: list(endpoint.event_types),
    filterTypes: list(endpoint.event_types),
    channels: list(endpoint.channels),
    disabled: endpoint.state === 'disabled',
    throttleRate: endpoint.throttle_rate,
    rateLimit: endpoint.throttle_rate,
    createdAt: time(endpoint.created_at),
    updatedAt: time(endpoint.updated_at),
    status,
    statusText: statusTexts[status],
    nextAttempt: status === 1 || status === 3 ? timeOrNull(delivery.next_at) : null,
  }
}

export function time(at: number): string {
  return new Date(at).toISOString()
}

export function timeOrNull(at: number | null): string | null {
  return at === null ? null : time(at)
}

function list(json: string | null): string[] | null {
  return json === null ? null : (JSON.parse(json) as string[])
}
