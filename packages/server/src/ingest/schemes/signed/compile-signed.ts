import { NO_PLACES, type AskedFor, type BodyScheme } from '../scheme.ts'
import {
  CHANGED_ON_ITS_WAY,
  PASSED,
  mismatched,
  passedBy,
  type Verification,
  type VerificationFailure,
  type VerifyRequest,
} from '../verification.ts'
import { SIGNATURES_MAX, readClaims, type Claim, type Claims, type ReadOptions } from './claim.ts'
import type { SignedOptions } from './options.ts'
import { staleness } from './signed-time.ts'

/** What a kind of signature adds to what all have in common. */
export interface Fitting<Key> {
  readonly options: ReadOptions
  readonly keys: readonly Key[]
  /** What a secret is called: where a sender signs with its own key, ours is a public one. */
  readonly word: 'secret' | 'key'
  /** Whether one of the claim's signatures was made with the key. Goes through the body once, or once for each signature. */
  fits(key: Key, claim: Claim): boolean
  /** Checks that take as long as hundreds of digests do, of a small body too. */
  readonly isSlow: boolean
}

export function compileSigned<Key>(fitting: Fitting<Key>, header: string | undefined): BodyScheme {
  return {
    reads: 'body',
    challenge: header === undefined ? 'Signature realm="listener"' : `Signature realm="listener", header="${header}"`,
    secretsAt: NO_PLACES,
    verify: (request) => verifyAtOnce(fitting, request),
    verifyInTurns: (request) => verifyInTurns(fitting, request),
    ...(fitting.isSlow && { slowChecks: () => slowChecks(fitting) }),
  }
}

export function asksForPlace({ header, query, timestamp }: SignedOptions): AskedFor {
  const headers = [header, timestamp?.header].filter((name) => name !== undefined)
  const parameters = [query, timestamp?.query].filter((name) => name !== undefined)
  return { headers, ...(parameters.length > 0 && { query: parameters }) }
}

/** All keys are tried, whichever fits. */
function verifyAtOnce<Key>(fitting: Fitting<Key>, request: VerifyRequest): Verification {
  const claims = readClaims(fitting.options, request)
  if (!claims.ok) return claims
  let matched: number | null = null
  for (const claim of claims.all) {
    matched = null
    for (let i = fitting.keys.length - 1; i >= 0; i--) if (fitting.fits(fitting.keys[i]!, claim)) matched = i
    if (matched === null) return mismatch(fitting)
  }
  return judgeTime(fitting, request, claims) ?? byKey(matched)
}

/** One key and one signature at a time. */
function* verifyInTurns<Key>(fitting: Fitting<Key>, request: VerifyRequest): Generator<undefined, Verification> {
  const claims = readClaims(fitting.options, request)
  if (!claims.ok) return claims
  let matched: number | null = null
  for (const claim of claims.all) {
    matched = yield* matchInTurns(fitting, claim)
    if (matched === null) return mismatch(fitting)
  }
  return judgeTime(fitting, request, claims) ?? byKey(matched)
}

function byKey(matched: number | null): Verification {
  return matched === null ? PASSED : passedBy(matched)
}

function* matchInTurns<Key>({ keys, fits, isSlow }: Fitting<Key>, claim: Claim): Generator<undefined, number | null> {
  for (const [i, key] of keys.entries()) {
    for (const signatures of isSlow ? claim.signatures.map((one) => [one]) : [claim.signatures]) {
      if (fits(key, { ...claim, signatures })) return i
      yield
    }
  }
  return null
}

function slowChecks<Key>({ options: { separator, also }, keys }: Fitting<Key>): number {
  return keys.length * (separator === null ? 1 + also.length : SIGNATURES_MAX)
}

function judgeTime<Key>(
  { options: { time: rule } }: Fitting<Key>,
  { nowSeconds }: VerifyRequest,
  { time }: Claims,
): VerificationFailure | undefined {
  return rule === null || time === null ? undefined : staleness(rule, nowSeconds, time)
}

function mismatch<Key>({ keys, word }: Fitting<Key>): VerificationFailure {
  const secrets = keys.length === 1 ? `the ${word}` : `any of the ${keys.length} ${word}s`
  return mismatched(`The signature does not fit the body and ${secrets}.`, [
    `the ${word} is another one (of another endpoint, or of a test)`,
    CHANGED_ON_ITS_WAY,
    'the sender signs in another way (another system, another URL than the public one)',
  ])
}
