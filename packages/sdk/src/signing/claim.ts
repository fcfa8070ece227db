import { canonicalBase64, canonicalSignature, decodeBase64, encodeBase64 } from './encoding.ts'
import { headersOf, signedHead, webhookIdPattern, type SigningProfile } from './profile.ts'
import { staleWords, unitSlip } from './time-words.ts'

/** Headers as Node, Fetch or a plain object gives them. Names in any case. */
export type HeadersInput = Readonly<Record<string, string | readonly string[] | undefined>> | { get(name: string): string | null }

/** What `verify` and `verifyAsync` are given; they differ in the keys that they take beside texts. */
export interface VerifyInputOf<Key> {
  /** One profile, or several of which the first whose signature header is there counts: `['standard', 'svix']` takes both families. */
  readonly profile: SigningProfile | readonly SigningProfile[]
  /** Any of them may match. */
  readonly secrets: readonly (string | Key)[]
  readonly headers: HeadersInput
  /** The bytes as they came, before any parsing. */
  readonly body: Uint8Array
  /** Unix seconds at which the request came; a fraction does no harm. */
  readonly nowSeconds: number
  /** How far the sender's clock may be off, either way; absent: 300. */
  readonly toleranceSeconds?: number
}

/**
 * Why a request is refused. `missing_header`: one of the three is absent or given twice. `bad_timestamp`: it is no number of Unix
 * seconds. `stale_timestamp`: it is further from now than the tolerance, either way. `no_match`: no secret signed these bytes.
 * `bad_secret`: none of the secrets can be read, which the receiver has to mend, not the sender.
 */
export type VerifyFailureCode = 'missing_header' | 'stale_timestamp' | 'bad_timestamp' | 'no_match' | 'bad_secret'

export interface VerifyFailure {
  readonly ok: false
  readonly code: VerifyFailureCode
  /** A sentence for the log and for the sender; it holds no secret. */
  readonly detail: string
}

/** What verifying finds: who signed what and when, or why the request is refused. */
export type VerifyResult =
  | {
      readonly ok: true
      /** The one of the given profiles that the sender used. */
      readonly profile: SigningProfile
      /** The same over all attempts: what to deduplicate by. The `hex` profile does not sign it. */
      readonly id: string
      readonly timestampSeconds: number
      /** Which of the given secrets matched; above 0 the sender still uses an older one. */
      readonly secretIndex: number
    }
  | VerifyFailure

/** Five minutes both ways, as in every library of Standard Webhooks. */
export const toleranceSecondsDefault = 300

/** A caller who is not yet trusted chooses how many signatures there are, so only this many are looked at. */
const SIGNATURES_MAX = 32

/** What the headers claim, read and within the tolerance; whether a signature fits is still to be found out. */
export interface Claim {
  readonly ok: true
  readonly profile: SigningProfile
  readonly id: string
  readonly timestampSeconds: number
  /** What was signed before the body. */
  readonly head: string
  readonly signatures: readonly string[]
}

/** Everything of verifying that needs no cryptography. Never throws for what a sender can send. */
export function readClaim(input: VerifyInputOf<unknown>): Claim | VerifyFailure {
  const profile = choose(input)
  const names = headersOf(profile)
  const id = read(input.headers, names.id)
  const timestamp = read(input.headers, names.timestamp)
  const signatures = read(input.headers, names.signature)
  if (typeof id !== 'string') return missing(names.id, id)
  if (typeof timestamp !== 'string') return missing(names.timestamp, timestamp)
  if (typeof signatures !== 'string') return missing(names.signature, signatures)

  // Digits without a leading zero: the text itself is signed, so there must be only one way to write a number.
  if (!/^(?:0|[1-9]\d{0,11})$/.test(timestamp))
    return failed('bad_timestamp', `The header ${names.timestamp} is not a number of Unix seconds.${slipOf(timestamp, input.nowSeconds)}`)
  const timestampSeconds = Number(timestamp)
  const age = input.nowSeconds - timestampSeconds
  // Written so that a clock that is not a number fails too.
  if (!(Math.abs(age) <= (input.toleranceSeconds ?? toleranceSecondsDefault)))
    return failed('stale_timestamp', staleDetail(age, input.nowSeconds))
  if (!webhookIdPattern.test(id))
    return failed('no_match', `The header ${names.id} holds a dot, a space or a character outside ASCII, which could not have been signed.`)
  const head = signedHead(profile, id, timestamp)
  return { ok: true, profile, id, timestampSeconds, head, signatures: signatures.split(' ', SIGNATURES_MAX) }
}

/**
 * The HMAC signatures among those claimed, each in the spelling in which it is made, so that comparing these texts compares bytes
 * (RFC 4648): hex in either case, base64 in either alphabet, padded or not.
 */
export function hmacSignaturesOf({ profile, signatures }: Claim): string[] {
  return signatures.flatMap((one) => {
    if (profile === 'hex') return canonicalSignature(one, 'hex') ?? []
    const canonical = one.startsWith('v1,') ? canonicalSignature(one.slice(3), 'base64') : undefined
    return canonical === undefined ? [] : [`v1,${canonical}`]
  })
}

/** The Ed25519 signatures among those claimed. One whose last digit sets bits that are not used is none. */
export function ed25519SignaturesOf({ signatures }: Claim): Uint8Array<ArrayBuffer>[] {
  return signatures.flatMap((one) => {
    const canonical = one.startsWith('v1a,') ? canonicalBase64(one.slice(4)) : undefined
    const bytes = canonical === undefined ? undefined : decodeBase64(canonical)
    return bytes?.length === 64 && encodeBase64(bytes) === canonical ? [bytes] : []
  })
}

/** The secret at this place signed it. */
export function accepted({ profile, id, timestampSeconds }: Claim, secretIndex: number): VerifyResult {
  return { ok: true, profile, id, timestampSeconds, secretIndex }
}

/** No secret signed it. `bad` is what is wrong with the last of those that cannot be read. */
export function refused(claim: Claim, { usable, bad }: { readonly usable: number; readonly bad: string | undefined }): VerifyFailure {
  if (usable === 0) return failed('bad_secret', bad ?? 'No secret was given.')
  const counted = `(signatures: ${claim.signatures.length}, secrets: ${usable})`
  if (!claim.signatures.some((one) => shapes[claim.profile].test(one)))
    return failed('no_match', `No signature matched ${counted}. ${misshapen(claim.profile)}`)
  return failed(
    'no_match',
    `No signature matched ${counted}. Either the secret is another one, or the body was changed before it was verified, or id and timestamp are not those that were signed.`,
  )
}

const family = /^(?:v1,[\w+/-]{43}=?|v1a,[\w+/-]{86}(?:==)?)$/
const shapes = { standard: family, svix: family, hex: /^[0-9a-f]{64}$/i } as const

function misshapen(profile: SigningProfile): string {
  const name = headersOf(profile).signature
  return profile === 'hex'
    ? `The header ${name} holds no 64 hexadecimal digits.`
    : `The header ${name} holds no whole signature of a known version: "v1," or "v1a," and base64.`
}

/** The first profile whose signature header is there; else the first, whose headers are then reported missing. Families never mix. */
function choose({ profile, headers }: VerifyInputOf<unknown>): SigningProfile {
  if (typeof profile === 'string') return profile
  const present = profile.find((one) => read(headers, headersOf(one).signature) !== undefined) ?? profile[0]
  if (present === undefined) throw new TypeError('At least one profile is needed to verify.')
  return present
}

/** The value of a header, `twice` if there are several, undefined if there is none. */
function read(headers: HeadersInput, name: string): string | { readonly twice: true } | undefined {
  if (typeof headers.get === 'function') return headers.get(name) || undefined
  const lower = name.toLowerCase()
  let found: string | undefined
  for (const key in headers) {
    if (key.length !== lower.length || key.toLowerCase() !== lower) continue
    const value = (headers as Readonly<Record<string, string | readonly string[] | undefined>>)[key]
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) {
      if (one === '') continue
      if (found !== undefined) return { twice: true }
      found = one
    }
  }
  return found
}

function missing(name: string, value: { readonly twice: true } | undefined): VerifyFailure {
  return failed('missing_header', value ? `The header ${name} is given more than once.` : `The header ${name} is missing.`)
}

function staleDetail(age: number, nowSeconds: number): string {
  if (Number.isNaN(age)) return 'The time to compare the timestamp with is not a number.'
  return `The timestamp is ${staleWords(age)}. ${unitSlip(nowSeconds - age, nowSeconds)?.words ?? 'Either this is a replay, or one of the two clocks is wrong.'}`
}

function slipOf(timestamp: string, nowSeconds: number): string {
  const slip = /^\d{1,16}$/.test(timestamp) ? unitSlip(Number(timestamp), nowSeconds) : undefined
  return slip === undefined ? '' : ` ${slip.words}`
}

function failed(code: VerifyFailureCode, detail: string): VerifyFailure {
  return { ok: false, code, detail }
}
