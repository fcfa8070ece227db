import { decideAttempt, limits, sign, traceHeaders, type AttemptDecision, type AttemptId, type DeliveryProgress } from '#domain'
import { failures, inTurns, type Clock, type Egress, type EgressOutcome, type HeaderPair, type Random } from '#platform'
import type { NewAttempt } from '#store'
import { sendAuthorized } from './connection/send-authorized.ts'
import type { Tokens } from './connection/tokens.ts'
import type { Target } from './target.ts'

/** One HTTP try: what is sent, and where. */
export interface AttemptOrder {
  readonly id: AttemptId
  readonly target: Target
  /** The same over all attempts of a message: what receivers deduplicate by. */
  readonly webhookId: string
  readonly eventType: string
  /** What is sent. */
  readonly payload: Uint8Array
  /** It was made of the message's payload, so it is kept with the attempt. */
  readonly transformed: boolean
  /** What it says of the trace that it is part of; null: nothing. */
  readonly trace: string | null
  readonly signal?: AbortSignal
  /** Called when the request is on the wire. */
  readonly onSent?: (() => void) | undefined
}

export interface SentAttempt {
  readonly startedAt: number
  /** What is sent of its trace. */
  readonly trace: readonly HeaderPair[]
  /** What signing added. */
  readonly signature: readonly HeaderPair[]
  readonly outcome: EgressOutcome
}

export interface Senders {
  readonly egress: Pick<Egress, 'send'>
  readonly clock: Clock
  readonly tokens: Pick<Tokens, 'get' | 'drop'>
}

/** From here on a signature takes a tenth of a millisecond and more, and a message may go to hundreds of endpoints at once. */
const LARGE_BYTES = 64 * 1024

/** Signs with the present time and sends. What goes wrong on the way is an outcome. */
export async function sendAttempt(senders: Senders, order: AttemptOrder): Promise<SentAttempt> {
  const { clock } = senders
  const { target, signal, onSent } = order
  const { startedAt, signature } = order.payload.length < LARGE_BYTES ? signed(order, clock) : await signedInTurns(order, clock)
  const trace = traceOf(order)
  const outcome = await sendAuthorized(senders, target.token, {
    url: target.url,
    method: target.method,
    headers: trace.length === 0 ? target.headers : [...target.headers, ...trace],
    signature,
    // A GET without a body has no length either.
    ...(order.payload.length > 0 || target.method === 'POST' ? { body: order.payload } : {}),
    timeoutMs: target.timeoutMs,
    responseBytesMax: responseBytesMax(target),
    // A step's flow reads the whole response; of an endpoint's only what the log shows is needed.
    responseBytesKept: target.kind === 'endpoint' ? limits.responseBytesKept : responseBytesMax(target),
    ...(signal && { signal }),
    ...(onSent && { onSent }),
  })
  return { startedAt, trace, signature, outcome }
}

/** Who set a header of that name themselves knows better, and a `tracestate` belongs to its `traceparent`. */
function traceOf({ trace, target: { headers } }: AttemptOrder): readonly HeaderPair[] {
  return trace === null || headers.some(([name]) => TRACE_HEADER.test(name)) ? NONE : traceHeaders(trace)
}

const TRACE_HEADER = /^trace(?:parent|state)$/i
const NONE: readonly HeaderPair[] = []

/** The whole answer is what an http_request is made for. */
const responseBytesMax = ({ kind }: Target): number => (kind === 'http_request' ? limits.stepOutputBytesMax : limits.responseBytesMax)

type Signed = Pick<SentAttempt, 'startedAt' | 'signature'>

function signed(order: AttemptOrder, clock: Clock): Signed {
  const startedAt = clock.now()
  return { startedAt, signature: signatureOf(order, startedAt) }
}

/** With turns for others between the signatures of several endpoints. The time is the one at which it is its turn. */
async function signedInTurns(order: AttemptOrder, clock: Clock): Promise<Signed> {
  let made: Signed | undefined
  await inTurns(() => {
    made = signed(order, clock)
    return true
  })
  return made!
}

function signatureOf({ id, target, webhookId, eventType, payload }: AttemptOrder, now: number): readonly HeaderPair[] {
  if (target.signing === null) return []
  const { profile, keys } = target.signing
  const secrets = keys.filter((key) => key.until > now).map((key) => key.key)
  const about = { id: webhookId, attemptId: id, eventType, timestampSeconds: Math.floor(now / 1000) }
  return Object.entries(sign({ profile, secrets, ...about, body: payload }))
}

/** What the outcome means for the delivery and for its lane. */
export function judgeAttempt(
  { outcome }: SentAttempt,
  { target, progress, clock, random }: { target: Target; progress: DeliveryProgress; clock: Clock; random: Pick<Random, 'unit'> },
): AttemptDecision {
  const result =
    outcome.kind === 'response'
      ? {
          status: outcome.status,
          hopeless: false,
          retryAfter: only(outcome.headers['retry-after']),
          body: outcome.truncated ? undefined : outcome.body,
        }
      : {
          failureCode: outcome.code,
          failureDetail: outcome.detail,
          hopeless: failures[outcome.code].hopeless,
          mayBeOurs: outcome.mayBeOurs === true,
        }
  return decideAttempt({
    result,
    rule: target.success,
    policy: target.policy,
    delivery: progress,
    now: clock.now(),
    unit: () => random.unit(),
  })
}

/** A header that was given twice says two things, so it says nothing. */
function only(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}

/** What an attempt's row says of the try itself. */
export type AttemptRecord = Pick<
  NewAttempt,
  | 'id'
  | 'event_type'
  | 'ok'
  | 'started_at'
  | 'duration_ms'
  | 'url'
  | 'status'
  | 'failure'
  | 'detail'
  | 'phases'
  | 'request_headers'
  | 'response_headers'
  | 'response_truncated'
  | 'response_body'
  | 'request_bytes'
  | 'request_body'
>

export function recordAttempt(
  { id, target, eventType, payload, transformed }: AttemptOrder,
  sent: SentAttempt,
  decision: AttemptDecision,
): AttemptRecord {
  const { outcome, trace, signature, startedAt } = sent
  const response = outcome.kind === 'response' ? outcome : undefined
  const delivered = decision.kind === 'delivered'
  return {
    id,
    event_type: eventType,
    ok: delivered ? 1 : 0,
    started_at: startedAt,
    duration_ms: Math.round(outcome.phases.totalMs),
    url: target.logged.url,
    status: response?.status ?? null,
    failure: delivered ? null : decision.code,
    detail: delivered ? null : decision.reason,
    phases: phasesJson(outcome.phases),
    request_headers: JSON.stringify([...target.logged.headers, ...trace, ...signature]),
    response_headers: response ? JSON.stringify(response.headers) : null,
    response_truncated: response && (response.truncated || response.body.length > limits.responseBytesKept) ? 1 : 0,
    response_body: response ? response.body.subarray(0, limits.responseBytesKept) : null,
    request_bytes: transformed ? payload.length : null,
    request_body: transformed ? payload.subarray(0, limits.requestBytesKept) : null,
  }
}

/** The attempt that came to nothing before anything could be sent. */
export function recordUnsent(
  { id, target, eventType }: Pick<AttemptOrder, 'id' | 'target' | 'eventType'>,
  { startedAt, durationMs, code, detail }: { startedAt: number; durationMs: number; code: string; detail: string },
): AttemptRecord {
  const about = { id, event_type: eventType, started_at: startedAt, duration_ms: Math.round(durationMs), url: target.logged.url }
  const nothing = { status: null, response_headers: null, response_truncated: 0, response_body: null, request_bytes: 0, request_body: null }
  return { ...about, ...nothing, ok: 0, failure: code, detail, phases: phasesJson(NO_PHASES), request_headers: '[]' }
}

const NO_PHASES = { waitMs: 0, dnsMs: 0, connectMs: 0, tlsMs: 0, firstByteMs: 0, bodyMs: 0, totalMs: 0, reused: false }

/** Tenths of a millisecond are enough to see where the time went. */
function phasesJson(phases: EgressOutcome['phases']): string {
  const tenths = (ms: number): number => Math.round(ms * 10) / 10
  const { waitMs, dnsMs, connectMs, tlsMs, firstByteMs, bodyMs, totalMs, reused } = phases
  return JSON.stringify({
    waitMs: tenths(waitMs),
    dnsMs: tenths(dnsMs),
    connectMs: tenths(connectMs),
    tlsMs: tenths(tlsMs),
    firstByteMs: tenths(firstByteMs),
    bodyMs: tenths(bodyMs),
    totalMs: tenths(totalMs),
    reused,
  })
}
