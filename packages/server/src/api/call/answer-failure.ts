import type { IncomingMessage } from 'node:http'
import { errors } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { problem } from '../problem.ts'
import { RateLimited } from '../caller/rate-limited.ts'
import { RangeOutside } from '../entry/byte-range.ts'
import type { Answer } from '../route.ts'

/** Seconds after which a caller of an overloaded server should try again. */
const RETRY_AFTER_SECONDS = '1'

/** The address is there, for other methods. */
export class WrongMethod extends AppError {
  readonly allow: readonly string[]

  constructor(allow: readonly string[]) {
    super('method_not_allowed')
    this.allow = allow
  }
}

/** What a call that failed is answered. What was not expected is logged, and answered without its text. */
export function answerFailure({ ids, log }: Pick<ApiDeps, 'ids' | 'log'>, error: unknown, { method }: IncomingMessage): Answer {
  const requestId = ids.make('req')
  if (!(error instanceof AppError)) log.error('api.call.failed', { error, requestId, method })
  const { code, message, fields } = error instanceof AppError ? error : new AppError('internal')
  const headers = {
    ...((errors[code].status === 503 || code === 'rate_limited') && { 'retry-after': RETRY_AFTER_SECONDS }),
    ...(error instanceof RateLimited && { 'retry-after': String(error.retryAfterSeconds) }),
    ...(code === 'authentication_failed' && { 'www-authenticate': 'Bearer' }),
    ...(error instanceof RangeOutside && { 'content-range': `bytes */${error.length}` }),
    ...(error instanceof WrongMethod && { allow: error.allow.join(', ') }),
    // RFC 9110 15.5.16. It is answered to a coding only: the content type of a call is not looked at.
    ...(code === 'unsupported_media_type' && { 'accept-encoding': 'identity' }),
  }
  return { status: errors[code].status, body: problem(code, { detail: message, requestId, fields }), headers }
}
