import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { canonicalSignature, prepareKey } from '#domain'
import { onlyHeader } from '../request/headers.ts'
import { NO_PLACES, type BodyScheme, type Scheme } from './scheme.ts'
import { canonicalBase64Secret, unsignable } from './secret-text.ts'
import { readSignedString, signedBytes, type SignedPart } from './signed-string.ts'
import { readTime, staleness, type SignedTime, type TimeRule } from './signed-time.ts'
import { sameText } from './timing-safe.ts'
import { failure, PASSED, type Verification, type VerificationFailure, type VerifyRequest } from './verification.ts'

export interface HmacOptions {
  readonly header: string
  readonly algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512'
  readonly encoding: 'hex' | 'base64' | 'base64url'
  /** What stands before the signature in its header, such as `sha256=`. */
  readonly prefix: string
  readonly signedString: string
  readonly timestamp: TimeRule | null
  readonly keyEncoding: 'utf8' | 'hex' | 'base64' | 'whsec'
}

/** One HMAC in a header, over the body and whatever else of the request the sender signs. */
export const hmac: Scheme<HmacOptions> = {
  secretsIn: 'secrets',
  compile(options, secrets, { kept }) {
    const { keyEncoding } = options
    const keys = secrets.map(({ text }) => readKey(text, keyEncoding) ?? (kept ? keptKey(text, keyEncoding) : undefined))
    const message = `The secret is not ${keyEncoding}.`
    const faults = secrets.flatMap(({ pointer }, i) => (keys[i] === undefined ? [{ pointer, message, code: 'invalid' }] : []))
    return faults.length > 0
      ? { ok: false, faults }
      : {
          ok: true,
          scheme: compileHmac(
            options,
            keys.flatMap((key) => key ?? []),
          ),
        }
  },
  unmatchable: unsignable,
  keptSecret: (secret, { keyEncoding }) => (keyEncoding === 'base64' || keyEncoding === 'whsec' ? canonicalBase64Secret(secret) : secret),
  asksFor: ({ header }) => ({ headers: [header] }),
}

/** Strict, where `Buffer` skips what it does not know; undefined also for a key of no bytes, with which anybody could sign. */
function readKey(secret: string, encoding: HmacOptions['keyEncoding']): KeyObject | undefined {
  switch (encoding) {
    case 'utf8':
      return secret === '' ? undefined : createSecretKey(Buffer.from(secret))
    case 'hex':
      return /^(?:[0-9a-fA-F]{2})+$/.test(secret) ? createSecretKey(Buffer.from(secret, 'hex')) : undefined
    case 'base64':
    case 'whsec': {
      if (encoding === 'base64' && secret.startsWith('whsec_')) return undefined
      const prepared = prepareKey('standard', secret)
      return prepared.ok && prepared.key.kind === 'hmac' ? prepared.key.key : undefined
    }
  }
}

/** Earlier versions took base64 of any length, with any padding, for what `Buffer` makes of it, and senders sign with that. */
function keptKey(secret: string, encoding: HmacOptions['keyEncoding']): KeyObject | undefined {
  if (encoding !== 'base64' && encoding !== 'whsec') return undefined
  const text = encoding === 'whsec' ? secret.replace(/^whsec_/, '') : secret
  const bytes = Buffer.from(/^[A-Za-z0-9+/]+={0,2}$/.exec(text)?.[0] ?? '', 'base64')
  return bytes.length === 0 ? undefined : createSecretKey(bytes)
}

/** The options with names in lower case and what is read of them once. */
interface Prepared {
  readonly header: string
  readonly algorithm: HmacOptions['algorithm']
  readonly encoding: 'hex' | 'base64'
  readonly prefix: string
  readonly time: TimeRule | null
  readonly parts: readonly SignedPart[]
  readonly keys: readonly KeyObject[]
}

function compileHmac(options: HmacOptions, keys: readonly KeyObject[]): BodyScheme {
  const { timestamp } = options
  const prepared: Prepared = {
    header: options.header.toLowerCase(),
    algorithm: options.algorithm,
    encoding: options.encoding === 'hex' ? 'hex' : 'base64',
    prefix: options.prefix,
    time: timestamp && { ...timestamp, header: timestamp.header.toLowerCase() },
    parts: readSignedString(options.signedString),
    keys,
  }
  return {
    reads: 'body',
    challenge: `Signature realm="listener", header="${options.header}"`,
    secretsAt: NO_PLACES,
    verify: (request) => verifyHmac(prepared, request),
    verifyInTurns: (request) => verifyInTurns(prepared, request),
  }
}

/** All keys are tried, whichever fits. */
function verifyHmac(prepared: Prepared, request: VerifyRequest): Verification {
  const claim = readClaim(prepared, request)
  if (!claim.ok) return claim
  let matched = false
  for (const key of prepared.keys) if (fits(prepared, key, claim)) matched = true
  return matched ? judgeTime(prepared, claim) : mismatch(prepared)
}

/** One secret at a time. */
function* verifyInTurns(prepared: Prepared, request: VerifyRequest): Generator<undefined, Verification> {
  const claim = readClaim(prepared, request)
  if (!claim.ok) return claim
  for (const key of prepared.keys) {
    if (fits(prepared, key, claim)) return judgeTime(prepared, claim)
    yield
  }
  return mismatch(prepared)
}

interface Claim {
  readonly ok: true
  readonly request: VerifyRequest
  /**
   * Read in each spelling that its encoding allows (RFC 4648) and compared in the canonical one, so what counts are its bytes. Undefined if
   * it is none.
   */
  readonly signature: string | undefined
  readonly time: SignedTime
}

const NO_TIME: SignedTime = { ok: true, text: '', seconds: 0 }

function readClaim({ header, prefix, time: rule, encoding }: Prepared, request: VerifyRequest): Claim | VerificationFailure {
  const presented = onlyHeader(request.headers, header)
  if (presented === 'missing') return failure('signature_missing', `The header ${header} is missing.`)
  if (presented === 'repeated') return failure('signature_malformed', `The header ${header} is given more than once.`)
  const { value } = presented
  if (!value.startsWith(prefix)) return failure('signature_malformed', `The header ${header} does not begin with "${prefix}".`)
  const time = rule === null ? NO_TIME : readTime(rule, request.headers)
  if (!time.ok) return time
  return { ok: true, request, signature: canonicalSignature(value.slice(prefix.length), encoding), time }
}

function fits({ algorithm, encoding, parts }: Prepared, key: KeyObject, { signature, request, time }: Claim): boolean {
  if (signature === undefined) return false
  const mac = createHmac(algorithm, key)
  for (const part of parts) mac.update(signedBytes(part, request, time.text))
  return sameText(signature, mac.digest(encoding))
}

function judgeTime({ time: rule }: Prepared, { request, time }: Claim): Verification {
  return (rule === null ? undefined : staleness(rule, request.nowSeconds, time)) ?? PASSED
}

function mismatch({ keys }: Prepared): VerificationFailure {
  const secrets = keys.length === 1 ? 'the secret' : `any of the ${keys.length} secrets`
  const detail = `The signature does not fit the body and ${secrets}. Either the secret is another one, or the body was changed on its way.`
  return failure('signature_mismatch', detail)
}
