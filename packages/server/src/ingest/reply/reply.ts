import {
  bodilessStatuses,
  contentCodings,
  errors,
  headerWire,
  pointerParts,
  problemBody,
  replyBytes,
  sentReplyHeaderFault,
  type ErrorCode,
  type ListenerReply,
  type ProblemAbout,
  type Reply,
  type RunStatus,
} from '#domain'
import type { ByteStream } from '#platform'

/** What is written to a caller. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array | string | null
  /** In place of a body. */
  readonly stream?: ByteStream
}

/**
 * On every answer of this plane: what a flow or a sender's data puts into a body must not run as a document of this origin
 * (with the console on the same one it would be stored cross-site scripting), nor be guessed to be another type.
 */
const SAFETY = ['Content-Security-Policy', 'sandbox', 'X-Content-Type-Options', 'nosniff'] as const
/** Of a body, in the words of a header. */
export const CODINGS_TAKEN = contentCodings.join(', ')
const REQUEST_ID = 'Posthorn-Request-Id'
const REQUEST_ID_LOWER = REQUEST_ID.toLowerCase()
const JSON_TYPE = 'application/json'
/** The console's own cookies begin so; a reply must not be able to set them. */
const OWN_COOKIE = /^\s*(?:__(?:host|secure)-)?posthorn/i

/** An answer as it is written. */
export interface ComposedAnswer {
  readonly status: number
  /** Names and values in turn. Objects with such names took a microsecond more to make and to write. */
  readonly headers: string[]
  readonly body: Uint8Array | string | null
  readonly stream?: ByteStream | undefined
}

/** Any answer, made safe: our headers added, those that a reply may not set dropped, a body only where the status has one. */
export function compose(answer: Answer, requestId: string): ComposedAnswer {
  const { body, stream } = bodilessStatuses.has(answer.status) ? { body: null, stream: undefined } : answer
  const hasBody = body !== null || stream !== undefined
  const headers: string[] = [...SAFETY, REQUEST_ID, requestId]
  let typed = false
  let bytes = false
  for (const name of Object.keys(answer.headers)) {
    const lower = name.toLowerCase()
    const isType = lower === 'content-type'
    if (lower === REQUEST_ID_LOWER || (isType && !hasBody)) continue
    const values = answer.headers[name]!
    // What nearly every answer has needs no look.
    if (values === JSON_TYPE && isType) {
      headers.push(name, values)
      typed = true
      continue
    }
    for (const value of typeof values === 'string' ? [values] : values) {
      if (!mayBeSet(name, value)) continue
      const wire = headerWire(value)
      bytes ||= wire !== value
      headers.push(name, wire)
      typed ||= isType
    }
  }
  if (hasBody && !typed) headers.push('Content-Type', 'text/plain; charset=utf-8')
  // Node writes head and text as one, in the encoding of the text: the head of a text would be encoded a second time.
  return { status: answer.status, headers, body: bytes && typeof body === 'string' ? Buffer.from(body) : body, stream }
}

function mayBeSet(name: string, value: string): boolean {
  if (sentReplyHeaderFault(name, value) !== undefined) return false
  if (name.length === 15 && name.toLowerCase() === 'accept-encoding') return saysWhatIsTaken(name, value)
  return !(OWN_COOKIE.test(value) && name.toLowerCase() === 'set-cookie')
}

/** Our own refusal of coded bodies says what is taken instead (RFC 9110, 12.5.3). Nobody else may say it, and this says nothing else. */
function saysWhatIsTaken(name: string, value: string): boolean {
  return name === 'Accept-Encoding' && value === CODINGS_TAKEN
}

export interface ProblemAnswer extends ProblemAbout {
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Seconds after which a caller of a busy or stopping process should try again. */
const RETRY_AFTER_SECONDS = '1'

/** An error, in the shape that the API's errors have (decisions/the-shape-of-errors). */
export function problemAnswer(code: ErrorCode, about: ProblemAnswer): Answer {
  const { status } = errors[code]
  const body = problemBody(code, about, pointerParts)
  const headers = { 'Content-Type': JSON_TYPE, ...(status === 503 && { 'Retry-After': RETRY_AFTER_SECONDS }), ...about.headers }
  return { status, headers, body: JSON.stringify(body) }
}

/** The confirmation of an accepted request (R103); the run is named when the listener starts one. */
export function confirmation(requestId: string, runId: string | undefined): string {
  // Nothing in an id needs an escape.
  return runId === undefined ? `{"ok":true,"requestId":"${requestId}"}` : `{"ok":true,"requestId":"${requestId}","runId":"${runId}"}`
}

/** The listener's own words, or the confirmation where it has none. */
export function fixedAnswer(reply: Pick<ListenerReply, 'headers' | 'body'>, status: number, confirm: string): Answer {
  const { headers, body } = reply
  if (typeof body === 'string') return { status, headers, body: body === '' ? null : body }
  const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  const typed = isTyped ? headers : { 'Content-Type': JSON_TYPE, ...headers }
  return { status, headers: typed, body: body === null ? confirm : JSON.stringify(body) }
}

/** What a flow replied, but for an entry that is its body. */
export function flowAnswer(reply: Reply): Answer {
  const { status, headers, body } = reply
  return { status, headers, body: body === null || reply.encoding === 'utf8' ? body : replyBytes(reply) }
}

/** For a caller whose time is over while the run goes on (decisions/a-waiting-caller-has-a-limit). */
export function timeoutReply(status: number, runId: string): Reply {
  const body = JSON.stringify({ ok: null, runId, status: 'running' })
  return { status, headers: { 'content-type': JSON_TYPE }, body, encoding: 'utf8' }
}

/** For a run that ended without a reply (decisions/every-end-answers). */
export function endedAnswer(status: RunStatus, about: { runId: string; requestId: string }): Answer {
  const { runId, requestId } = about
  if (status === 'ok') return { status: 200, headers: { 'Content-Type': JSON_TYPE }, body: JSON.stringify({ ok: true, runId }) }
  if (status === 'cancelled') return problemAnswer('run_cancelled', { requestId })
  const error = { code: 'run_failed', message: 'The run failed before it answered.', runId }
  return { status: 500, headers: { 'Content-Type': JSON_TYPE }, body: JSON.stringify({ error }) }
}
