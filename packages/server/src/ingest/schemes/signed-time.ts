import { staleWords, unitSlip } from '#domain'
import { onlyHeader, type Headers } from '../request/headers.ts'
import { failure, type VerificationFailure } from './verification.ts'

/** In which header the sender writes when it signed, and how long that holds. */
export interface TimeRule {
  readonly header: string
  readonly unit: 's' | 'ms' | 'iso'
  readonly toleranceSeconds: number
}

export interface SignedTime {
  readonly ok: true
  /** As it was written, and so as it was signed. */
  readonly text: string
  readonly seconds: number
}

/** Digits only, no sign and no leading zero: the text itself is signed, so there must be one way to write a time. */
const DIGITS = /^(?:0|[1-9]\d{0,15})$/
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** Reads the time without judging it; the rule's header is in lower case. */
export function readTime({ header, unit }: TimeRule, headers: Headers): SignedTime | VerificationFailure {
  const found = onlyHeader(headers, header)
  if (found === 'missing') return failure('timestamp_missing', `The header ${header} is missing.`)
  const text = found === 'repeated' ? '' : found.value
  if (!(unit === 'iso' ? ISO : DIGITS).test(text)) return malformed(header)
  const seconds = unit === 'iso' ? Date.parse(text) / 1000 : unit === 'ms' ? Number(text) / 1000 : Number(text)
  return Number.isFinite(seconds) ? { ok: true, text, seconds } : malformed(header)
}

function malformed(header: string): VerificationFailure {
  return failure('timestamp_malformed', `The header ${header} does not hold one time.`)
}

/**
 * What is wrong with the age of a time, in either direction. Only to be told of a time whose signature fits: then it means a late or
 * repeated request, and its words are for the owner of the listener, who chose the unit.
 */
export function staleness(rule: TimeRule, nowSeconds: number, { seconds }: SignedTime): VerificationFailure | undefined {
  const { header, unit, toleranceSeconds } = rule
  if (Math.abs(nowSeconds - seconds) <= toleranceSeconds) return undefined
  const told = `The time in ${header} is ${staleWords(nowSeconds - seconds)}; ${toleranceSeconds} s are allowed in either direction.`
  const slip = unitSlip(seconds, nowSeconds)
  if (slip === undefined) return failure('timestamp_stale', told)
  const other = unit === 's' && slip.times === 'too_large' ? 'ms' : unit === 'ms' && slip.times === 'too_small' ? 's' : undefined
  const words = other && `It looks like ${other === 'ms' ? 'milliseconds' : 'seconds'}: set "unit" of the timestamp to "${other}".`
  return failure('timestamp_stale', `${told} ${words ?? slip.words}`)
}
