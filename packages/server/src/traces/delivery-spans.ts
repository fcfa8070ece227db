import type { TracedSettlement } from '#coordination'
import { placeOfDelivery, spanOf, type TracePlace } from '#domain'
import type { EgressOutcome } from '#platform'
import type { NewAttempt } from '#store'
import { messageSpan } from './run-spans.ts'
import type { Span, SpanEvent } from './span.ts'

/** The attempt, if one was made; the delivery, if it has ended with it. */
export function deliverySpans(
  settled: TracedSettlement,
  { now, share }: { readonly now: number; readonly share: number },
): readonly Span[] {
  const { settlement, delivery, told } = settled
  const spans = settlement.operational?.flatMap((message) => messageSpan(message, { told: null, now, share })) ?? []
  const place = placeOfDelivery(delivery, { told, share })
  if (!place.isSampled) return spans
  if (settlement.attempt !== null) spans.push(attemptSpan(settlement.attempt, settled, place))
  if (settlement.next.kind === 'end') spans.push(deliverySpan(settled, place, now))
  return spans
}

function deliverySpan({ settlement, delivery }: TracedSettlement, place: TracePlace, now: number): Span {
  const { attempt, next } = settlement
  const { status, failure } = next.kind === 'end' ? next : { status: 'waiting', failure: null }
  return {
    ...place,
    spanId: spanOf(delivery.id),
    name: `delivery ${delivery.event_type}`,
    kind: 'internal',
    startedAt: delivery.created_at,
    endedAt: now,
    attributes: {
      ...idsOf(delivery),
      'posthorn.event.type': delivery.event_type,
      'posthorn.delivery.status': status,
      'posthorn.delivery.attempts': delivery.attempts + (attempt === null ? 0 : 1),
    },
    error: status === 'failed' ? (failure ?? status) : undefined,
  }
}

function attemptSpan(attempt: NewAttempt, { delivery, method }: TracedSettlement, place: TracePlace): Span {
  // As its row shows it: without a password, and without parameters that look like one.
  const url = URL.parse(attempt.url)
  return {
    ...place,
    spanId: spanOf(attempt.id),
    parent: spanOf(delivery.id),
    name: method,
    kind: 'client',
    startedAt: attempt.started_at,
    endedAt: attempt.started_at + attempt.duration_ms,
    attributes: {
      'http.request.method': method,
      'url.full': attempt.url,
      'server.address': url?.hostname,
      'server.port': url === null ? undefined : portOf(url),
      'http.response.status_code': attempt.status,
      'http.request.resend_count': attempt.n === 1 ? undefined : attempt.n - 1,
      ...idsOf(delivery),
      'posthorn.event.type': attempt.event_type,
      'posthorn.attempt.id': attempt.id,
      'posthorn.attempt.number': attempt.n,
      'posthorn.attempt.manual': attempt.manual === 1 ? true : undefined,
    },
    events: phaseEvents(attempt),
    error: attempt.ok === 1 ? undefined : (attempt.failure ?? String(attempt.status)),
  }
}

function idsOf(delivery: TracedSettlement['delivery']): Span['attributes'] {
  return {
    'posthorn.app.id': delivery.application_id,
    'posthorn.endpoint.id': delivery.endpoint_id,
    'posthorn.message.id': delivery.message_id,
    'posthorn.run.id': delivery.run_id,
    'posthorn.step.id': delivery.step_id,
    'posthorn.delivery.id': delivery.id,
  }
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port)
}

/** The ends of its phases, in their order. Those that were passed at once say nothing. */
const phases = [
  ['dnsMs', 'name resolved'],
  ['waitMs', 'connection free'],
  ['connectMs', 'connected'],
  ['tlsMs', 'TLS established'],
  ['firstByteMs', 'first byte received'],
  ['bodyMs', 'body received'],
] as const satisfies readonly (readonly [keyof EgressOutcome['phases'], string])[]

function phaseEvents({ started_at, phases: json, status }: NewAttempt): readonly SpanEvent[] {
  const spent = JSON.parse(json) as EgressOutcome['phases']
  let at = started_at
  const passed = phases.filter(([phase]) => spent[phase] > 0)
  // Of a call that failed, the last phase that took time is where it failed: it has no end.
  const ended = status === null ? passed.slice(0, -1) : passed
  return ended.map(([phase, name]) => ({ name, at: (at += spent[phase]) }))
}
