import { NO_PLACES, type AskedFor, type BodyScheme, type RemoteScheme } from '../scheme.ts'
import {
  CHANGED_ON_ITS_WAY,
  PASSED,
  mismatched,
  passedBy,
  type Verification,
  type VerificationFailure,
  type VerifyRequest,
} from '../verification.ts'
import { readClaims, type Claim, type Claims, type ReadOptions } from './claim.ts'
import type { SignedOptions } from './options.ts'
import { staleness } from './signed-time.ts'

/** What a kind of signature adds to what all have in common. `Answer` is a promise where another thread finds it. */
export interface Fitting<Key, Answer> {
  readonly options: ReadOptions
  readonly keys: readonly Key[]
  /** What a secret is called: where a sender signs with its own key, ours is a public one. */
  readonly word: 'secret' | 'key'
  /** Whether one of the claim's signatures was made with the key. */
  fits(key: Key, claim: Claim): Answer
}

/** Signed with what both sides know. Each secret goes through the body once. */
export function compileShared<Key>(fitting: Fitting<Key, boolean>, header: string | undefined): BodyScheme {
  return {
    ...{ reads: 'body', challenge: challengeOf(header), secretsAt: NO_PLACES },
    verify: (request) => verifyAtOnce(fitting, request),
    verifyInTurns: (request) => verifyInTurns(fitting, request),
  }
}

/** Signed with a key that only the sender has. */
export function compileKeyed<Key>(fitting: Fitting<Key, Promise<boolean>>, header: string | undefined): RemoteScheme {
  return {
    ...{ reads: 'body_and_keys', challenge: challengeOf(header), secretsAt: NO_PLACES },
    verify: (request) => verifyElsewhere(fitting, request),
  }
}

function challengeOf(header: string | undefined): string {
  return header === undefined ? 'Signature realm="listener"' : `Signature realm="listener", header="${header}"`
}

export function asksForPlace({ header, query, timestamp }: SignedOptions): AskedFor {
  const headers = [header, timestamp?.header].filter((name) => name !== undefined)
  const parameters = [query, timestamp?.query].filter((name) => name !== undefined)
  return { headers, ...(parameters.length > 0 && { query: parameters }) }
}

/** All keys are tried, whichever fits. */
function verifyAtOnce<Key>(fitting: Fitting<Key, boolean>, request: VerifyRequest): Verification {
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

/** One key at a time. */
function* verifyInTurns<Key>(fitting: Fitting<Key, boolean>, request: VerifyRequest): Generator<undefined, Verification> {
  const claims = readClaims(fitting.options, request)
  if (!claims.ok) return claims
  let matched: number | null = null
  for (const claim of claims.all) {
    matched = yield* matchInTurns(fitting, claim)
    if (matched === null) return mismatch(fitting)
  }
  return judgeTime(fitting, request, claims) ?? byKey(matched)
}

function* matchInTurns<Key>({ keys, fits }: Fitting<Key, boolean>, claim: Claim): Generator<undefined, number | null> {
  for (const [i, key] of keys.entries()) {
    if (fits(key, claim)) return i
    yield
  }
  return null
}

/** One after the other, so that a request never has more than one check under way, however many it asks for. */
async function verifyElsewhere<Key>(fitting: Fitting<Key, Promise<boolean>>, request: VerifyRequest): Promise<Verification> {
  const claims = readClaims(fitting.options, request)
  if (!claims.ok) return claims
  let matched: number | null = null
  for (const claim of claims.all) {
    matched = await matchElsewhere(fitting, claim)
    if (matched === null) return mismatch(fitting)
  }
  return judgeTime(fitting, request, claims) ?? byKey(matched)
}

async function matchElsewhere<Key>({ keys, fits }: Fitting<Key, Promise<boolean>>, claim: Claim): Promise<number | null> {
  for (const [i, key] of keys.entries()) if (await fits(key, claim)) return i
  return null
}

function byKey(matched: number | null): Verification {
  return matched === null ? PASSED : passedBy(matched)
}

function judgeTime(
  { options: { time: rule } }: Pick<Fitting<never, unknown>, 'options'>,
  { nowSeconds }: VerifyRequest,
  { time }: Claims,
): VerificationFailure | undefined {
  return rule === null || time === null ? undefined : staleness(rule, nowSeconds, time)
}

function mismatch({ keys, word }: Pick<Fitting<unknown, unknown>, 'keys' | 'word'>): VerificationFailure {
  const secrets = keys.length === 1 ? `the ${word}` : `any of the ${keys.length} ${word}s`
  return mismatched(`The signature does not fit the body and ${secrets}.`, [
    `the ${word} is another one (of another endpoint, or of a test)`,
    CHANGED_ON_ITS_WAY,
    'the sender signs in another way (another system, another URL than the public one)',
  ])
}
