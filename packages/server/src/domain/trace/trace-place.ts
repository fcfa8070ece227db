import { idBits } from '../ids.ts'
import { traceIn, type TraceContext } from './trace-text.ts'

/**
 * Places in traces follow from ids, so that nothing is kept for them, and what happens after a restart, on another node or a month later finds
 * its place by itself. A trace that begins here is named by the 128 bits of what began it, and the span of a thing by the lower 64 of its
 * own: 62 of them are random, which is what both names are asked to be.
 */

export type TracePlace = Pick<TraceContext, 'traceId' | 'isSampled' | 'state'> & {
  /** The span that caused it; null: the trace begins with it. */
  readonly parent: string | null
}

interface Cause {
  /** What it was told itself (`traceText`). */
  readonly told: string | null
  /** Of such traces as begin here so large a share is kept, by chance. */
  readonly share: number
}

export function placeOfRequest(id: string, cause: Cause): TracePlace {
  return placed(id, cause, null)
}

/** One that the API took. */
export function placeOfMessage(id: string, cause: Cause): TracePlace {
  return placed(id, cause, null)
}

/** Below its request, which was told what it was told; else below what it was told, or the message that started it. */
export function placeOfRun(
  { id, request_id: request }: { readonly id: string; readonly request_id: string | null },
  { message, ...cause }: Cause & { readonly message: string | null },
): TracePlace {
  return request === null ? placed(message ?? id, cause, message) : { ...placed(request, cause, null), parent: spanOf(request) }
}

/** Below the step that made it, or its message. */
export function placeOfDelivery(
  { id, message_id: message, run_id: run }: { readonly id: string; readonly message_id: string | null; readonly run_id: string | null },
  cause: Cause,
): TracePlace {
  return placed(message ?? run ?? id, cause, message)
}

/** By what it was told, else as part of the trace that `root` began. */
function placed(root: string, { told, share }: Cause, above: string | null): TracePlace {
  if (told !== null) {
    const { spanId: parent, ...context } = traceIn(told)
    return { ...context, parent }
  }
  const traceId = idBits(root)
  return { traceId, isSampled: isChosen(traceId, share), state: '', parent: above === root ? traceId.slice(16) : above && spanOf(above) }
}

/** As OpenTelemetry chooses: all who know the trace and the share come to the same end. Of 56 random bits the first 52 are compared. */
function isChosen(traceId: string, share: number): boolean {
  return Number.parseInt(traceId.slice(18, 31), 16) >= (1 - share) * 2 ** 52
}

export function spanOf(id: string): string {
  return idBits(id).slice(16)
}

/** Of the step that made a message or a delivery. The highest bit of an id's lower half is always set, so it is no other id's. */
export function spanOfMaker(id: string): string {
  return withHighest(spanOf(id), 0)
}

/** Of the n-th step that a run took, if it made nothing. */
export function spanOfStep(run: string, n: number): string {
  const span = spanOf(run)
  const place = (Number.parseInt(span.slice(8), 16) + n + 1) % 2 ** 32
  return withHighest(span.slice(0, 8) + place.toString(16).padStart(8, '0'), 4)
}

/** The two highest bits of an id's lower half say that it is one of RFC 9562: 10. Others are free for what has no id. */
function withHighest(span: string, bits: 0 | 4): string {
  return ((Number.parseInt(span[0]!, 16) & 3) | bits).toString(16) + span.slice(1)
}
