import { staleWords, unitSlip } from '#domain'
import { failure, type VerificationFailure } from '../verification.ts'
import type { TimeRule } from './options.ts'
import { readPlace, type ReadPlace } from './place.ts'

/** The rule with its place read. `place` null: it stands in a pair beside the signature. */
export interface ReadTimeRule extends Pick<TimeRule, 'unit' | 'toleranceSeconds'> {
  readonly place: ReadPlace | null
  readonly pair: string | undefined
  readonly label: string
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

export function readTimeRule(rule: TimeRule): ReadTimeRule {
  const { unit, toleranceSeconds, pair } = rule
  const place = pair === undefined ? readPlace(rule) : null
  return { unit, toleranceSeconds, pair, place, label: place?.label ?? `The pair ${pair} beside the signature` }
}

/** Reads the time without judging it. */
export function readTime(
  { label, unit }: ReadTimeRule,
  found: { readonly value: string } | 'missing' | 'repeated',
): SignedTime | VerificationFailure {
  if (found === 'missing') return failure('timestamp_missing', `${label} is missing.`)
  const text = found === 'repeated' ? '' : found.value
  if (!(unit === 'iso' ? ISO : DIGITS).test(text)) return malformed(label)
  const seconds = unit === 'iso' ? Date.parse(text) / 1000 : unit === 'ms' ? Number(text) / 1000 : Number(text)
  return Number.isFinite(seconds) ? { ok: true, text, seconds } : malformed(label)
}

function malformed(label: string): VerificationFailure {
  return failure('timestamp_malformed', `${label} does not hold one time.`)
}

/**
 * What is wrong with the age of a time, in either direction. Only to be said of a time whose signature fits: then it means a late or
 * repeated request, and its words are for the owner of the listener, who chose the unit.
 */
export function staleness(rule: ReadTimeRule, nowSeconds: number, { seconds }: SignedTime): VerificationFailure | undefined {
  const { label, unit, toleranceSeconds } = rule
  if (Math.abs(nowSeconds - seconds) <= toleranceSeconds) return undefined
  const where = label.replace(/^The header /, '').replace(/^The /, 'the ')
  const outside = `The time in ${where} is ${staleWords(nowSeconds - seconds)}; ${toleranceSeconds} s are allowed in either direction.`
  const slip = unitSlip(seconds, nowSeconds)
  if (slip === undefined) return failure('timestamp_stale', outside)
  const other = unit === 's' && slip.times === 'too_large' ? 'ms' : unit === 'ms' && slip.times === 'too_small' ? 's' : undefined
  const words = other && `It looks like ${other === 'ms' ? 'milliseconds' : 'seconds'}: set "unit" of the timestamp to "${other}".`
  return failure('timestamp_stale', `${outside} ${words ?? slip.words}`)
}
