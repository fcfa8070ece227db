import { readClaim, type VerifyFailureCode } from './claim.ts'
import { decodeBase64 } from './encoding.ts'
import { keyOf, type SigningKey } from './key.ts'
import { hmacKey } from './primitive-node.ts'
import { headersOf, signingProfiles } from './profile.ts'
import { verify, type VerifyInput } from './verify.ts'

/** What is to be put right. `unknown`: another secret, or a body changed in no usual way; the bytes cannot tell these two apart. */
export type FailureCause = 'header' | 'clock' | 'secret' | 'body' | 'unknown'

/** Why `verify` refused, and what is to be put right. */
export interface FailureExplanation {
  readonly code: VerifyFailureCode
  readonly cause: FailureCause
  /** Plain sentences: what is wrong, and what to do. */
  readonly detail: string
}

/**
 * Says why `verify` refuses a request, undefined if it does not: tries the usual accidents until the signature fits. For people
 * who look for a fault; it does many times the work of `verify`, and what it finds out must never let a request in.
 *
 * @example
 * const about = { profile: 'standard', secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] }
 * const headers = sign({ ...about, id: 'msg_1', timestampSeconds: 1614265330, body: new TextEncoder().encode('{"paid":true}') })
 * const reformatted = new TextEncoder().encode('{ "paid": true }')
 * explainFailure({ ...about, headers, body: reformatted, nowSeconds: 1614265333 })
 * // { code: 'no_match', cause: 'body', detail: 'The body was parsed and written again on its way: ...' }
 */
export function explainFailure(input: VerifyInput): FailureExplanation | undefined {
  const result = verify(input)
  if (result.ok) return undefined
  const { code, detail } = result
  if (code === 'missing_header') return { code, cause: 'header', detail: `${detail}${otherProfile(input)}` }
  if (code === 'bad_timestamp') return { code, cause: 'header', detail }
  if (code === 'bad_secret') return { code, cause: 'secret', detail }
  const anyTime = { ...input, toleranceSeconds: Number.POSITIVE_INFINITY }
  const late = code === 'stale_timestamp' ? `${detail} ` : ''
  if (late !== '' && verify(anyTime).ok) return { code, cause: 'clock', detail: `${detail} Its signature fits.` }
  const accident = changedBody(anyTime) ?? misreadSecret(anyTime)
  return { code, ...(accident ?? unknown(detail)), ...(accident && { detail: `${late}${accident.detail}` }) }
}

type Accident = Pick<FailureExplanation, 'cause' | 'detail'>

function unknown(detail: string): Accident {
  return {
    cause: 'unknown',
    detail: `${detail} None of the usual accidents explains it. Compare the secret with that of this very endpoint, and take the body as it came, before anything reads it.`,
  }
}

function otherProfile({ headers, profile }: VerifyInput): string {
  const asked = [profile].flat()
  const there = signingProfiles.find((one) => !asked.includes(one) && hasHeader(headers, headersOf(one).signature))
  return there === undefined ? '' : ` The headers of the profile "${there}" are there: verify with that one.`
}

function hasHeader(headers: VerifyInput['headers'], name: string): boolean {
  if (typeof headers.get === 'function') return headers.get(name) !== null
  return Object.keys(headers).some((key) => key.toLowerCase() === name.toLowerCase())
}

function changedBody(input: VerifyInput): Accident | undefined {
  const found = bodiesBefore(input.body).find(({ body }) => verify({ ...input, body }).ok)
  return found && { cause: 'body', detail: `${found.what} Verify the bytes as they came, before anything reads them.` }
}

/** What the body may have been before something on the way changed it. */
function bodiesBefore(body: Uint8Array): { readonly what: string; readonly body: Uint8Array }[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)
  const rewritten = 'The body was parsed and written again on its way: its signature fits another spelling of the same JSON.'
  const texts: [string, string][] = [
    ['A line end was added after the body: without it the signature fits.', withoutLineEnd(text)],
    ['The line end after the body was lost: with it the signature fits.', `${text}\n`],
    ['The line ends of the body were changed: with single line feeds the signature fits.', text.replaceAll('\r\n', '\n')],
    ['The line ends of the body were changed: with carriage returns the signature fits.', text.replaceAll(/\r?\n/g, '\r\n')],
    ['A byte order mark was put before the body: without it the signature fits.', text.replace(/^\ufeff/, '')],
    ...respelt(text).map((one): [string, string] => [rewritten, one]),
  ]
  const bodies = texts.map(([what, one]) => ({ what, body: new TextEncoder().encode(one) }))
  const decoded = Buffer.from(text, 'latin1')
  return [...bodies, { what: 'The body was taken for Latin-1 and encoded as UTF-8 once more: undone, the signature fits.', body: decoded }]
}

/** By hand: a pattern for the end of a text takes quadratic time on line ends within it. */
function withoutLineEnd(text: string): string {
  let end = text.length
  while (end > 0 && '\r\n'.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}

/** The same JSON as the common libraries write it. */
function respelt(text: string): string[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return []
  }
  const spaced = JSON.stringify(value, null, 1).replaceAll(/,\n */g, ', ').replaceAll(/\n */g, '')
  return [JSON.stringify(value), spaced, JSON.stringify(value, null, 2), JSON.stringify(value, null, 4), JSON.stringify(value, null, '\t')]
}

function misreadSecret(input: VerifyInput): Accident | undefined {
  const claim = readClaim(input)
  if (!claim.ok) return undefined
  for (const secret of input.secrets) {
    if (typeof secret !== 'string') continue
    const found = readings(secret).find(({ key }) => verify({ ...input, secrets: [key] }).ok)
    if (found) return { cause: 'secret', detail: found.what }
    const trimmed = keyOf(claim.profile, secret.trim())
    if (secret !== secret.trim() && trimmed.ok && verify({ ...input, secrets: [trimmed.key] }).ok)
      return { cause: 'secret', detail: 'There are spaces or a line end around the secret: without them the signature fits.' }
  }
  return undefined
}

/** Keys that the sender may have made of this text, though it is not what the profile says. */
function readings(secret: string): { readonly what: string; readonly key: SigningKey }[] {
  const bare = secret.replace(/^whsec_/, '')
  const made: [string, Uint8Array | undefined][] = [
    ['The sender signs with the secret as literal text, not with the bytes that it encodes.', new TextEncoder().encode(secret)],
    ['The sender signs with the secret as literal text and without "whsec_".', new TextEncoder().encode(bare)],
    ['The sender signs with the bytes that the secret encodes in base64.', decodeBase64(bare)],
    ['The sender signs with the bytes that the secret encodes in hexadecimal digits.', hexBytes(bare)],
  ]
  return made.flatMap(([what, bytes]) =>
    bytes === undefined || bytes.length === 0 ? [] : [{ what, key: { kind: 'hmac', key: hmacKey(bytes) } }],
  )
}

function hexBytes(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined
}
