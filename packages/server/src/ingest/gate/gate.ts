import { CHAIN_HEADER, chainIn, limits, readContentCoding } from '#domain'
import { declaredLength } from '../http/body.ts'
import { CODINGS_TAKEN } from '../reply/reply.ts'
import type { CompiledListener } from '../listener/listeners.ts'
import type { Refusal } from '../request/rejection.ts'
import type { Verification, VerificationFailure, VerifyHead } from '../schemes/verification.ts'
import { isForm, streams } from '../upload/receive-form.ts'
import { networkOf, type AddressMatcher, type Caller } from './addresses.ts'
import { checkOrigin, corsHeaders, type OriginCheck } from './origins.ts'
import type { RateLimit, RateLimiter } from './rate-limit.ts'

/** What the head of a request is judged by. */
export interface Head extends VerifyHead {
  readonly method: string
  readonly url: string
  readonly caller: Caller
}

export type Gate =
  | {
      readonly kind: 'open'
      readonly cors: Readonly<Record<string, string>>
      /** Already known where no body is needed for it. */
      readonly verification: Verification | null
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/**
 * Everything that can be said before the body is read, in the order of docs/sending.md: HTTPS, size, origin, address, rate, and
 * the secrets that are shown in the head. A shown secret is looked at before the rate is taken, because a caller who proves
 * itself has a bucket of its own; one that does not shares that of its network, so made-up keys win nothing.
 */
export function passGate(listener: CompiledListener, head: Head, limiter: RateLimiter | null): Gate {
  const { settings, auth } = listener
  const origin = checkOrigin(head.headers, settings.allowedOrigins)
  const cors = corsHeaders(origin, settings.allowedOrigins)
  const refusal = refuseHead(listener, head, origin)
  if (refusal !== undefined) return { kind: 'refused', refusal: { ...refusal, headers: { ...cors, ...refusal.headers } } }
  const verification = auth.reads === 'head' ? auth.verify(head) : null
  if (settings.rateLimit !== null && limiter !== null) {
    const caller = (verification?.ok ? verification.credential : null) ?? networkOf(head.caller.address)
    const taken = limiter.take(`${listener.id} ${caller}`, settings.rateLimit)
    if (!taken.ok) {
      const headers = { ...cors, ...limitHeaders(settings.rateLimit, taken.retryAfterSeconds) }
      return { kind: 'refused', refusal: { code: 'rate_limited', headers } }
    }
  }
  // Who asks whether somebody is there may not have proved anything: what is refused is known when the body is here.
  if (verification?.ok === false && !listener.handshakes.mayAsk(head))
    return { kind: 'refused', refusal: unauthenticated(listener, verification, cors) }
  return { kind: 'open', cors, verification }
}

/** When to come again, and the limit that was reached, under the names that most clients read. */
function limitHeaders({ requests }: RateLimit, seconds: number): Record<string, string> {
  const wait = String(seconds)
  return { 'Retry-After': wait, 'RateLimit-Limit': String(requests), 'RateLimit-Remaining': '0', 'RateLimit-Reset': wait }
}

/** A 401 names the scheme that would have been taken. */
export function unauthenticated(listener: CompiledListener, failure: VerificationFailure, cors: Readonly<Record<string, string>>): Refusal {
  const { challenge } = listener.auth
  const headers = challenge === undefined || isOurs(failure) ? cors : { ...cors, 'WWW-Authenticate': challenge }
  return { code: failure.code, detail: failure.detail, headers }
}

/** Nothing that the caller could show would help. */
function isOurs({ code }: VerificationFailure): boolean {
  return code === 'secret_unusable' || code === 'verification_unavailable'
}

function refuseHead(listener: CompiledListener, head: Head, origin: OriginCheck): Refusal | undefined {
  if (listener.settings.requireHttps && !head.caller.https) return { code: 'https_required' }
  const refusal = refuseContent(listener, head, isUpload(listener, head) ? undefined : declaredLength(head.headers))
  if (refusal !== undefined) return refusal
  if (origin.kind === 'refused') return { code: 'origin_not_allowed' }
  if (!allowed(listener.addressAllowed, head.caller.address)) return { code: 'address_not_allowed' }
  return undefined
}

/** What is taken of nobody, wherever it comes from. `length`: of its body, as far as that is known. */
export function refuseContent(
  listener: CompiledListener,
  { headers }: Pick<Head, 'headers'>,
  length: number | undefined,
): Refusal | undefined {
  if (chainIn(headers[CHAIN_HEADER]?.join(',')) > limits.runChainMax) return { code: 'loop_detected' }
  if (length !== undefined && length > listener.bodyBytesMax) return tooLarge(listener)
  const encoding = headers['content-encoding']
  return encoding === undefined || isTaken(encoding) ? undefined : unknownCoding(encoding)
}

/** Of an upload the form is read as it comes, and its own limits are asked there. */
function isUpload(listener: CompiledListener, head: Head): boolean {
  return streams(listener) && isForm(head, listener)
}

function isTaken(encoding: readonly string[]): boolean {
  const coding = readContentCoding(encoding.join(','))
  return coding !== 'unknown' && coding !== 'several'
}

function unknownCoding(encoding: readonly string[]): Refusal {
  const several = readContentCoding(encoding.join(',')) === 'several'
  const detail = `${several ? 'The body has more than one coding' : 'The Content-Encoding is not known here'}: send it with one of ${CODINGS_TAKEN}, or with none.`
  return { code: 'unsupported_media_type', detail, headers: { 'Accept-Encoding': CODINGS_TAKEN } }
}

export function tooLarge(listener: CompiledListener): Refusal {
  return { code: 'payload_too_large', detail: `The body is larger than the ${listener.bodyBytesMax} bytes that this listener takes.` }
}

function allowed(matcher: AddressMatcher | null, address: string): boolean {
  return matcher === null || matcher(address)
}
