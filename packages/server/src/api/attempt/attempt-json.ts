import type { AttemptOut, MessageEndpointOut } from '@posthorn/contract'
import type { DeliveryStatus } from '#domain'
import { failures, type FailureCode } from '#platform'
import type { AttemptTable, DeliveryTable, EndpointTable } from '#store'

export const statusTexts = ['success', 'pending', 'fail', 'sending'] as const

/** Of one attempt: what failed and is tried again is `sending`. */
export function attemptStatus(row: Pick<AttemptTable, 'ok' | 'next_at'>): 0 | 2 | 3 {
  return row.ok === 1 ? 0 : row.next_at === null ? 2 : 3
}

/** Of a delivery, on Svix's numbers (decisions.md 1). */
export function deliveryStatusNumber(row: Pick<DeliveryTable, 'status' | 'attempts'>): 0 | 1 | 2 | 3 {
  const status: DeliveryStatus = row.status
  if (status === 'delivered') return 0
  if (status === 'failed' || status === 'cancelled') return 2
  return row.attempts === 0 ? 1 : 3
}

export function attemptJson(row: AttemptTable, withContent: boolean): AttemptOut {
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
    nextAttempt: timeOrNull(row.next_at),
  }
}

export function messageEndpointJson(
  endpoint: Omit<EndpointTable, 'headers'>,
  delivery: Pick<DeliveryTable, 'status' | 'attempts' | 'next_at'>,
): MessageEndpointOut {
  const status = deliveryStatusNumber(delivery)
  return {
    id: endpoint.id,
    uid: endpoint.uid,
    url: endpoint.url,
    description: endpoint.description,
    eventTypes: list(endpoint.event_types),
    channels: list(endpoint.channels),
    disabled: endpoint.state === 'disabled',
    throttleRate: endpoint.throttle_rate,
    createdAt: time(endpoint.created_at),
    updatedAt: time(endpoint.updated_at),
    status,
    statusText: statusTexts[status],
    nextAttempt: status === 1 || status === 3 ? timeOrNull(delivery.next_at) : null,
  }
}

/** Why a call failed, in plain words, and what its owner can do. Status codes speak for themselves. */
export function explain(failure: string | null, detail: string | null): { reason: string | null; nextStep: string | null } {
  if (failure === null) return { reason: null, nextStep: null }
  const known = failure in failures ? failures[failure as FailureCode] : undefined
  if (known) return { reason: detail === null ? known.sentence : `${known.sentence} ${detail}`, nextStep: known.nextStep }
  if (failure === 'redirect')
    return { reason: detail, nextStep: 'Put the address that it redirects to into the endpoint; redirects are not followed.' }
  if (failure === 'http_410')
    return { reason: detail, nextStep: 'The receiver says that it is gone for good. Enable the endpoint again if that was a mistake.' }
  if (failure.startsWith('http_4'))
    return {
      reason: detail,
      nextStep: 'The receiver refuses the request. Look at its response, its authentication, and its signature check.',
    }
  if (failure.startsWith('http_5')) return { reason: detail, nextStep: 'The receiver failed inside. Its own log says why.' }
  return { reason: detail ?? failure.replaceAll('_', ' '), nextStep: null }
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
