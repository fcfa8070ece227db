import type { TracedRequest } from '#coordination'
import { placeOfRequest, spanOf, traceOfRequest } from '#domain'
import type { Span } from './span.ts'

/** From its arrival to its answer. Its path is shown as its listener has it: what stands in the place of a parameter is the sender's. */
export function requestSpan({ request, status, suffix, keptAt, answeredAt, answer }: TracedRequest, share: number): readonly Span[] {
  const place = placeOfRequest(request.id, { told: traceOfRequest(request), share })
  if (!place.isSampled) return []
  const route = `/in/{application}${suffix}`
  return [
    {
      ...place,
      spanId: spanOf(request.id),
      name: `${request.method} ${route}`,
      kind: 'server',
      startedAt: request.received_at,
      endedAt: answeredAt,
      attributes: {
        'http.request.method': request.method,
        'http.route': route,
        'http.request.body.size': request.body_bytes,
        'http.response.status_code': answer,
        'posthorn.app.id': request.application_id,
        'posthorn.listener.id': request.listener_id,
        'posthorn.request.id': request.id,
        'posthorn.request.status': status,
        'posthorn.event.type': request.event_type,
      },
      events: [{ name: 'kept', at: keptAt }],
      error: answer !== undefined && answer >= 500 ? String(answer) : undefined,
    },
  ]
}
