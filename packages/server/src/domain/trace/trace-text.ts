/**
 * What a caller said of the trace that its request is part of, in one text: `traceparent`, and behind a space `tracestate`, if it said one.
 * So it stands in the rows of what the request causes, and so receivers are told it. `baggage` is never read: it is the caller's own business.
 */

/** Four members, of which later versions of the specification may have more. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const TRACEPARENT_LENGTH = 55
/** Receivers must take so much of it; what is longer or has other characters is left out, as the specification allows. */
const TRACESTATE = /^[\x20-\x7e]{1,512}$/

const SAMPLED = 1

/** Null where nothing was said, or nothing that can be read: then it begins a trace of its own. */
export function traceText(traceparent: string | undefined, tracestate?: string): string | null {
  if (traceparent === undefined) return null
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(traceparent.trim()) ?? []
  if (version === undefined || (version === '00' && more !== undefined)) return null
  const state = tracestate?.trim() ?? ''
  return textOfTrace({
    ...{ traceId: traceId!, spanId: spanId!, isSampled: (Number.parseInt(flags!, 16) & SAMPLED) !== 0 },
    state: TRACESTATE.test(state) ? state : '',
  })
}

/** A place in a trace: the span that what comes next is caused by. */
export interface TraceContext {
  readonly traceId: string
  readonly spanId: string
  /** Somebody keeps the trace. */
  readonly isSampled: boolean
  /** Empty: none was said. */
  readonly state: string
}

export function textOfTrace({ traceId, spanId, isSampled, state }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}${state === '' ? '' : ` ${state}`}`
}

/** Of a text that is kept. */
export function traceIn(text: string): TraceContext {
  return {
    traceId: text.slice(3, 35),
    spanId: text.slice(36, 52),
    isSampled: text.slice(53, TRACEPARENT_LENGTH) === '01',
    state: text.slice(TRACEPARENT_LENGTH + 1),
  }
}

/** As a request carries it. */
export function traceHeaders(text: string): readonly (readonly [name: string, value: string])[] {
  const traceparent = ['traceparent', text.slice(0, TRACEPARENT_LENGTH)] as const
  return text.length === TRACEPARENT_LENGTH ? [traceparent] : [traceparent, ['tracestate', text.slice(TRACEPARENT_LENGTH + 1)]]
}

/** What a request that is kept came with; `headers` is the JSON of its row. Twice a `traceparent` is none. */
export function traceOfRequest({ headers }: { readonly headers: string }): string | null {
  // Nearly none has one, and where it has, no value can look like it: its quotes are escaped.
  if (!/\["traceparent",/i.test(headers)) return null
  const pairs = JSON.parse(headers) as readonly (readonly [string, string])[]
  const values = (name: string) => pairs.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value)
  const [traceparent, ...others] = values('traceparent')
  return others.length > 0 ? null : traceText(traceparent, values('tracestate').join(','))
}
