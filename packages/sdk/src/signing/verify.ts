import { keyOf, type SigningKey } from './key.ts'
import { decodeBase64, ed25519Verify, encodeBase64, equalText, hmacSha256, type Signed } from './primitive-node.ts'
import { headersOf, signedHead, webhookIdPattern, type SigningProfile } from './profile.ts'

/** Headers as Node, Fetch or a plain object gives them. Names in any case. */
export type HeadersInput = Readonly<Record<string, string | readonly string[] | undefined>> | { get(name: string): string | null }

export interface VerifyInput {
  /** One profile, or several of which the first whose signature header is there counts: `['standard', 'svix']` takes both families. */
  readonly profile: SigningProfile | readonly SigningProfile[]
  /** Any of them may match. */
  readonly secrets: readonly (string | SigningKey)[]
  readonly headers: HeadersInput
  /** The bytes as they came, before any parsing. */
  readonly body: Uint8Array
  readonly nowSeconds: number
  /** How far the sender's clock may be off, either way. */
  readonly toleranceSeconds?: number
}

export type VerifyFailureCode = 'missing_header' | 'stale_timestamp' | 'bad_timestamp' | 'no_match' | 'bad_secret'

export type VerifyResult =
  | {
      readonly ok: true
      readonly profile: SigningProfile
      readonly id: string
      readonly timestampSeconds: number
      /** Which of the given secrets matched; above 0 the sender still uses an older one. */
      readonly secretIndex: number
    }
  | { readonly ok: false; readonly code: VerifyFailureCode; readonly detail: string }

/** Five minutes both ways, as in every library of Standard Webhooks. */
export const toleranceSecondsDefault = 300

/** A caller who is not yet trusted chooses how many signatures there are, so only this many are looked at. */
const SIGNATURES_MAX = 32

/**
 * Checks that a webhook was signed with one of the secrets, over exactly these bytes, and recently. It never throws for what
 * a sender can send. A header that is given twice, an unknown version, a signature that is cut or re-encoded: all fail.
 *
 * @example
 * const result = verify({ profile: ['standard', 'svix'], secrets: [secret], headers: req.headers, body, nowSeconds: Date.now() / 1000 })
 * if (!result.ok) console.warn(result.code, result.detail)
 */
export function verify(input: VerifyInput): VerifyResult {
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
    return fail('bad_timestamp', `The header ${names.timestamp} is not a number of Unix seconds.`)
  const timestampSeconds = Number(timestamp)
  const age = input.nowSeconds - timestampSeconds
  // Written so that a clock that is not a number fails too.
  if (!(Math.abs(age) <= (input.toleranceSeconds ?? toleranceSecondsDefault))) return fail('stale_timestamp', staleDetail(age))
  if (!webhookIdPattern.test(id))
    return fail('no_match', `The header ${names.id} holds a dot, a space or a character outside ASCII, which could not have been signed.`)

  return match(input, { profile, id, timestampSeconds, head: signedHead(profile, id, timestamp), signatures })
}

interface Claim {
  readonly profile: SigningProfile
  readonly id: string
  readonly timestampSeconds: number
  readonly head: string
  readonly signatures: string
}

function match(input: VerifyInput, { profile, id, timestampSeconds, head, signatures }: Claim): VerifyResult {
  const claimed = signatures.split(' ', SIGNATURES_MAX)
  let usable = 0
  let badSecret = 'No secret was given.'
  for (const [secretIndex, secret] of input.secrets.entries()) {
    const prepared = keyOf(profile, secret)
    if (!prepared.ok) badSecret = prepared.detail
    else if (fits(profile, prepared.key, { head, body: input.body, claimed }))
      return { ok: true, profile, id, timestampSeconds, secretIndex }
    else usable++
  }
  if (usable === 0) return fail('bad_secret', badSecret)
  return fail(
    'no_match',
    `No signature matched (signatures: ${claimed.length}, secrets: ${usable}). Either the secret is another one, or the body was changed before it was verified.`,
  )
}

function fits(profile: SigningProfile, key: SigningKey, signed: Signed & { readonly claimed: readonly string[] }): boolean {
  const { claimed } = signed
  if (key.kind === 'hmac') {
    const expected = profile === 'hex' ? hmacSha256(key.key, signed, 'hex') : `v1,${hmacSha256(key.key, signed, 'base64')}`
    // Texts are compared, not bytes, so that another spelling of the same bytes does not pass.
    return claimed.some((one) => equalText(one, expected))
  }
  if (profile === 'hex') return false
  return claimed.some((one) => {
    const bytes = one.startsWith('v1a,') ? decodeBase64(one.slice(4)) : undefined
    return bytes?.length === 64 && encodeBase64(bytes) === one.slice(4) && ed25519Verify(key.publicKey, signed, bytes)
  })
}

/** The first profile whose signature header is there; else the first, whose headers are then reported missing. Families never mix. */
function choose({ profile, headers }: VerifyInput): SigningProfile {
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

function missing(name: string, value: { readonly twice: true } | undefined): VerifyResult {
  return fail('missing_header', value ? `The header ${name} is given more than once.` : `The header ${name} is missing.`)
}

function staleDetail(age: number): string {
  if (Number.isNaN(age)) return 'The time to compare the timestamp with is not a number.'
  return `The timestamp is ${Math.abs(Math.round(age))} s ${age > 0 ? 'old' : 'ahead'}. Either this is a replay, or one of the two clocks is wrong.`
}

function fail(code: VerifyFailureCode, detail: string): VerifyResult {
  return { ok: false, code, detail }
}
