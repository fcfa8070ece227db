import { spanKinds, type AttributeValue, type Span } from './span.ts'

/** Spans as OTLP has them in JSON, the form that every collector takes beside protobuf. */
export function writeSpans(spans: readonly Span[], resource: Readonly<Record<string, string>>, version: string): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'posthorn', version }, spans: spans.map(spanJson) }],
      },
    ],
  })
}

const SAMPLED = 1
const STATUS_ERROR = 2

function spanJson({ traceId, spanId, parent, state, name, kind, startedAt, endedAt, attributes, events, error }: Span) {
  return {
    traceId,
    spanId,
    ...(parent !== null && { parentSpanId: parent }),
    ...(state !== '' && { traceState: state }),
    flags: SAMPLED,
    name,
    kind: spanKinds[kind],
    startTimeUnixNano: nanoseconds(startedAt),
    // The clock may have been set back meanwhile; nothing takes less than no time.
    endTimeUnixNano: nanoseconds(Math.max(startedAt, endedAt)),
    attributes: attributesOf(error === undefined ? attributes : { ...attributes, 'error.type': error }),
    ...(events && { events: events.map((event) => ({ timeUnixNano: nanoseconds(event.at), name: event.name })) }),
    ...(error !== undefined && { status: { code: STATUS_ERROR, message: error } }),
  }
}

/** As text, because no double holds so many. Microseconds are what clocks here tell apart. */
function nanoseconds(ms: number): string {
  return `${Math.round(ms * 1000)}000`
}

function attributesOf(attributes: Span['attributes']) {
  const written = []
  for (const key in attributes) {
    const value = attributes[key]
    if (value !== undefined && value !== null) written.push({ key, value: valueOf(value) })
  }
  return written
}

function valueOf(value: AttributeValue) {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}
