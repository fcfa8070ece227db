import { limits } from '../limits.ts'

// The three forms of RFC 9110, and what mail libraries write instead of GMT. `Date.parse` alone takes "junk 1" for a day in 2001.
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const HTTP_DATES = [
  new RegExp(`^${DAY}, \\d{1,2} ${MONTH} \\d{4} \\d\\d:\\d\\d:\\d\\d (?:GMT|UTC|[+-]\\d{4})$`),
  new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \\d\\d-${MONTH}-\\d\\d \\d\\d:\\d\\d:\\d\\d GMT$`),
]
const ASCTIME = new RegExp(`^${DAY} ${MONTH} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\d{4}$`)

/**
 * The wait that a `Retry-After` header asks for, in whole seconds from 1 to a day. A fraction is rounded up; a date gone by asks for
 * a second; what is neither seconds nor an HTTP date (a negative number, junk, the header given twice) asks for nothing.
 */
export function parseRetryAfter(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d{1,20}(?:\.\d{1,20})?$/.test(text)) return clamped(Number(text))
  const date = HTTP_DATES.some((form) => form.test(text)) ? text : ASCTIME.test(text) ? `${text} GMT` : undefined
  const atMs = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(atMs) ? undefined : clamped((atMs - nowMs) / 1000)
}

function clamped(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), 1), limits.retryAfterSecondsMax)
}

/** What a receiver may tell us in the body of a response that is not a success. */
export interface ReceiverAnswer {
  /** Seconds to wait before the next attempt. */
  readonly retryInSeconds?: number
  readonly code?: string
  readonly message?: string
}

const TEXT_LENGTH_MAX = 1000

/**
 * Reads `{ "code": "503", "message": "Service Unavailable", "retry_in": 20 }`. `body` is the whole response; one that is longer
 * than 64 KiB, no JSON object or no UTF-8 says nothing. A `retry_in` that is no whole number from 1 to 86,400 is not there.
 */
export function readReceiverAnswer(body: Uint8Array | undefined): ReceiverAnswer {
  if (body === undefined || body.length === 0 || body.length > limits.responseBytesMax) return {}
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return {} // Receivers answer with anything; most often it is HTML.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const { retry_in: retryIn, code, message } = value as Record<string, unknown>
  return {
    ...(Number.isInteger(retryIn) && inRange(retryIn as number) && { retryInSeconds: retryIn as number }),
    ...((typeof code === 'string' || typeof code === 'number') && { code: String(code).slice(0, TEXT_LENGTH_MAX) }),
    ...(typeof message === 'string' && { message: message.slice(0, TEXT_LENGTH_MAX) }),
  }
}

function inRange(seconds: number): boolean {
  return seconds >= 1 && seconds <= limits.retryAfterSecondsMax
}
