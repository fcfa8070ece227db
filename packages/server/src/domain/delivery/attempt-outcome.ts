import { parseRetryAfter, readReceiverAnswer, type ReceiverAnswer } from './retry-after.ts'
import { nextRetry, type RetryPolicy } from './retry-policy.ts'
import { isSuccess, type SuccessRule } from './success-rule.ts'

/** What became of one HTTP try. Either `status` or `failureCode` is there: a response that broke off has no status. */
export interface AttemptResult {
  readonly status?: number
  /** Why there was no complete response: one of egress's codes, or the delivery room's own (`secret_unreadable`, ...). */
  readonly failureCode?: string
  /** One sentence about it, for a person. */
  readonly failureDetail?: string
  /** Trying again cannot help until somebody changes something here. */
  readonly hopeless: boolean
  /** Nobody else was reached either, so it may be our own way out that failed. */
  readonly mayBeOurs?: boolean
  /** The header `Retry-After`. */
  readonly retryAfter?: string | undefined
  /** The whole body of the response, up to 64 KiB; absent if it was longer. Read for Send Webhook steps only. */
  readonly body?: Uint8Array | undefined
}

/** The delivery as it stood before the attempt. */
export interface DeliveryProgress {
  readonly target: 'endpoint' | 'send_webhook' | 'http_request'
  /** `manual` is a resend, `test` the test button: neither is followed by retries. */
  readonly origin: 'automatic' | 'manual' | 'test'
  readonly retriesMade: number
  /** When the first attempt began; the present one's beginning, if it is the first. */
  readonly firstAttemptAt: number
  readonly retryInSeen: boolean
  /** It says its place in a chain of flows, as every step's call does. */
  readonly isChained?: boolean
}

export interface AttemptCase {
  readonly result: AttemptResult
  readonly rule: SuccessRule
  readonly policy: RetryPolicy
  readonly delivery: DeliveryProgress
  /** The end of the attempt. */
  readonly now: number
  /** A random number in [0, 1). */
  readonly unit: () => number
}

/** What the attempt means for the lane and its endpoint, whatever it means for the delivery. */
export interface AttemptEffects {
  /** For the circuit and for auto-disable; `doubt` for the circuit alone, which recovers by itself. */
  readonly countsAs: 'success' | 'failure' | 'doubt' | 'nothing'
  /** Nothing may be sent in this lane for so long; 0: no such wish. */
  readonly laneWaitMs: number
  /** The receiver says that it has too much to do: send less at a time. */
  readonly slowDown: boolean
  readonly disableEndpoint: 'gone' | null
  /** What the receiver said in its body (Send Webhook steps only). */
  readonly answer: ReceiverAnswer
}

export type AttemptDecision = AttemptEffects &
  (
    | { readonly kind: 'delivered' }
    | { readonly kind: 'retry'; readonly waitMs: number; readonly retryInSeen: boolean; readonly code: string; readonly reason: string }
    | {
        readonly kind: 'failed'
        readonly code: string
        readonly reason: string
        /** It ends because no retry is left, not because retrying is out of the question. */
        readonly exhausted: boolean
      }
  )

/** Too many requests, bad gateway, unavailable, gateway timeout: with `Retry-After` they speak for the receiver, not for one delivery. */
const SLOWING_STATUSES: readonly number[] = [429, 502, 503, 504]

const OUR_FAILURES: readonly string[] = ['proxy_unreachable', 'proxy_refused', 'proxy_failed', 'aborted', 'cut_off']

/** A failure on our side of the wire: retried, but no endpoint may be disabled for it. */
export const isOurFailure = (code: string): boolean => OUR_FAILURES.includes(code)

/** Decides what follows an attempt. Pure: the same case and the same random numbers give the same decision. */
export function decideAttempt(attempt: AttemptCase): AttemptDecision {
  const { result, rule, policy, delivery, now, unit } = attempt
  const { status } = result
  const isTest = delivery.origin === 'test'
  const none: AttemptEffects = { countsAs: 'nothing', laneWaitMs: 0, slowDown: false, disableEndpoint: null, answer: {} }
  if (status !== undefined && isSuccess(rule, status)) return { ...none, kind: 'delivered', countsAs: isTest ? 'nothing' : 'success' }

  const answer = delivery.target === 'send_webhook' && status !== undefined ? readReceiverAnswer(result.body) : {}
  const code = codeOf(result, delivery.target)
  const reason = reasonOf(result, answer)
  if (isTest || result.hopeless || isLoop(result, delivery)) return { ...none, kind: 'failed', answer, code, reason, exhausted: false }

  const retryAfterSeconds = status === undefined ? undefined : parseRetryAfter(result.retryAfter, now)
  const slowDown = status !== undefined && SLOWING_STATUSES.includes(status)
  const gone = status === 410 && delivery.target === 'endpoint'
  const effects: AttemptEffects = {
    countsAs: isOurFailure(code) ? 'nothing' : result.mayBeOurs ? 'doubt' : 'failure',
    laneWaitMs: slowDown ? (retryAfterSeconds ?? 0) * 1000 : 0,
    slowDown,
    disableEndpoint: gone ? 'gone' : null,
    answer,
  }
  if (gone || delivery.origin === 'manual') return { ...effects, kind: 'failed', code, reason, exhausted: false }

  const { retriesMade, firstAttemptAt, retryInSeen } = delivery
  const { retryInSeconds } = answer
  const next = nextRetry(
    policy,
    { retriesMade, elapsedMs: now - firstAttemptAt, retryInSeconds, sawRetryIn: retryInSeen, retryAfterSeconds },
    unit,
  )
  if (next.kind === 'exhausted') return { ...effects, kind: 'failed', code, reason, exhausted: true }
  return { ...effects, kind: 'retry', waitMs: next.waitMs, retryInSeen: retryInSeen || retryInSeconds !== undefined, code, reason }
}

/** A receiver that found what flows sent to be part of a loop finds the same next time. */
function isLoop({ status }: AttemptResult, { target, isChained }: DeliveryProgress): boolean {
  return status === 508 && (target !== 'endpoint' || isChained === true)
}

/** The others of their class lead nowhere: 304 says that nothing has changed. */
const redirects: readonly number[] = [300, 301, 302, 303, 307, 308]

/** `http_503`, `redirect`, or egress's code. A step's flow asks for `timeout` without minding which phase it was. */
function codeOf({ status, failureCode }: AttemptResult, target: DeliveryProgress['target']): string {
  if (status !== undefined) return redirects.includes(status) ? 'redirect' : `http_${status}`
  const code = failureCode ?? 'no_response'
  return target !== 'endpoint' && code.endsWith('_timeout') ? 'timeout' : code
}

function reasonOf(result: AttemptResult, answer: ReceiverAnswer): string {
  if (result.status === undefined) return result.failureDetail ?? 'No complete response came.'
  if (redirects.includes(result.status)) return `The receiver answered ${result.status}; redirects are not followed.`
  if (result.status === 508) return 'The receiver answered 508: the call is part of a loop, of flows that start each other for example.'
  const said = saidBy(answer, result.status)
  return said === undefined ? `The receiver answered ${result.status}.` : `The receiver answered ${result.status}: ${said}`
}

/** Its message, and its code where that says more than the status. */
function saidBy({ code, message }: ReceiverAnswer, status: number): string | undefined {
  if (code === undefined || code === String(status)) return message
  return message === undefined ? code : `${message} (${code})`
}
