import { createPublicKey, hash } from 'node:crypto'
import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type KeyInput,
} from 'jose'
import { canonicalSignature } from '#domain'
import { onlyHeader } from '../../request/headers.ts'
import type { CompileContext, RemoteScheme, Scheme } from '../scheme.ts'
import { unsignable } from '../secret-text.ts'
import { replaceSetting } from '../settings.ts'
import { sameText } from '../timing-safe.ts'
import { PASSED, failure, mismatched, passedBy, type Verification, type VerificationFailure, type VerifyRequest } from '../verification.ts'
import type { RemoteKeys } from './remote-keys.ts'

export interface JwtOptions {
  readonly header: string
  /** Where the sender's public keys stand; absent: the secrets are the keys. */
  readonly keySetUrl?: string | undefined
  readonly algorithms?: readonly string[] | undefined
  readonly issuer?: string | undefined
  readonly audience?: string | undefined
  /** Claims that must have the value of a setting. */
  readonly claims?: Readonly<Record<string, string>> | undefined
  readonly bodyHash: {
    readonly claim: string
    readonly algorithm: 'sha256' | 'sha384' | 'sha512'
    readonly encoding: 'hex' | 'base64' | 'base64url'
  } | null
}

export const SHARED = ['HS256', 'HS384', 'HS512']
export const PUBLIC = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA']
/** Clocks differ. */
const TOLERANCE_SECONDS = 60
const TOKEN_LENGTH_MAX = 16 * 1024

interface Prepared {
  readonly header: string
  readonly verifiers: readonly Verifier[]
  /** The keys are the secrets of the listener, and not those of a key set. */
  readonly isOurs: boolean
  readonly claims: Readonly<Record<string, string>>
  readonly options: Pick<JWTVerifyOptions, 'issuer' | 'audience' | 'clockTolerance'>
  readonly bodyHash: JwtOptions['bodyHash']
}

/** One of the keys that a token may be signed with. */
type Verifier = (token: string, options: JWTVerifyOptions) => Promise<Verified | VerificationFailure>

interface Verified {
  readonly ok: true
  readonly payload: JWTPayload
}

/** A token in a header, signed with a shared secret or with a key of the sender's key set (RFC 7519), that may say what the body is. */
export const jwt: Scheme<JwtOptions> = {
  secretsIn: 'secrets',
  compile(options, secrets, { settings = {}, keys }) {
    const faults = secrets.flatMap(({ text, pointer }) =>
      isUnreadable(text) ? [{ pointer, message: 'This is no public key in PEM.', code: 'invalid' }] : [],
    )
    if (faults.length > 0) return { ok: false, faults }
    const named = (name: string | undefined) => (name === undefined ? undefined : replaceSetting(name, settings))
    const prepared: Prepared = {
      header: options.header.toLowerCase(),
      isOurs: options.keySetUrl === undefined,
      verifiers:
        options.keySetUrl === undefined
          ? secrets.map(({ text }) => withSecret(text, options))
          : [withKeySet(options.keySetUrl, options, keys)],
      claims: Object.fromEntries(Object.entries(options.claims ?? {}).map(([claim, value]) => [claim, replaceSetting(value, settings)])),
      options: {
        clockTolerance: TOLERANCE_SECONDS,
        ...(options.issuer !== undefined && { issuer: named(options.issuer)! }),
        ...(options.audience !== undefined && { audience: named(options.audience)! }),
      },
      bodyHash: options.bodyHash,
    }
    const scheme: RemoteScheme = {
      reads: 'body_and_keys',
      challenge: 'Bearer realm="listener"',
      secretsAt: { header: prepared.header, parameter: null },
      verify: (request) => verifyToken(prepared, request),
    }
    return { ok: true, scheme }
  },
  unmatchable: unsignable,
  keptSecret: (secret) => secret,
  asksFor: ({ header }) => ({ headers: [header] }),
}

export function isPem(text: string): boolean {
  return text.includes('-----BEGIN ')
}

function isUnreadable(text: string): boolean {
  if (!isPem(text)) return false
  if (text.includes('PRIVATE KEY')) return true
  try {
    createPublicKey(text)
    return false
  } catch {
    return true
  }
}

/** A public key never verifies what a shared secret signs: then whoever knows the public key could sign. */
function withSecret(text: string, { algorithms }: JwtOptions): Verifier {
  const key = isPem(text) ? createPublicKey(text) : Buffer.from(text)
  const taken = (isPem(text) ? PUBLIC : SHARED).filter((name) => algorithms?.includes(name) ?? true)
  return (token, options) => verified(token, key, { ...options, algorithms: taken })
}

function withKeySet(url: string, { algorithms }: JwtOptions, keys: CompileContext['keys']): Verifier {
  const taken = PUBLIC.filter((name) => algorithms?.includes(name) ?? true)
  return async (token, options) => {
    const first = await tryKeySet(await keys?.keySet(url), token, { ...options, algorithms: taken })
    if (first !== 'unknown_key') return first ?? unavailable(url)
    // The sender may have a new key.
    const second = await tryKeySet(await (keys as RemoteKeys).newerKeySet(url), token, { ...options, algorithms: taken })
    if (second === 'unknown_key') return ofAnotherKey('The token is signed with a key that the key set does not have.')
    return second ?? unavailable(url)
  }
}

function unavailable(url: string): VerificationFailure {
  return failure('verification_unavailable', `The key set ${url} cannot be had at the moment.`)
}

async function tryKeySet(
  set: unknown,
  token: string,
  options: JWTVerifyOptions,
): Promise<Verified | VerificationFailure | 'unknown_key' | undefined> {
  if (set === undefined) return undefined
  const find = createLocalJWKSet(set as JSONWebKeySet)
  let isUnknown = false
  const result = await verified(
    token,
    async (header, jws) => {
      try {
        return await find(header, jws)
      } catch (error) {
        isUnknown = true
        throw error
      }
    },
    options,
  )
  return isUnknown ? 'unknown_key' : result
}

async function verified(
  token: string,
  key: KeyInput | JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<Verified | VerificationFailure> {
  try {
    return { ok: true, payload: (await jwtVerify(token, key as JWTVerifyGetKey, options)).payload }
  } catch (error) {
    return failureOf(error)
  }
}

function failureOf(error: unknown): VerificationFailure {
  if (error instanceof errors.JWTExpired) return failure('token_expired', 'The token has expired.')
  if (error instanceof errors.JWTClaimValidationFailed) {
    const code = error.claim === 'nbf' ? 'token_expired' : 'signature_mismatch'
    return failure(code, `The claim "${error.claim}" of the token is not what this listener expects.`)
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return failure('signature_malformed', 'The token is signed with an algorithm that is not taken here.')
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return ofAnotherKey('The signature of the token does not fit any of the keys.')
  return failure('signature_malformed', 'This is not a signed token (JWT).')
}

function ofAnotherKey(what: string): VerificationFailure {
  return mismatched(what, [
    'the keys of the listener are those of another sender (another account, or its test environment)',
    'the token was changed or cut off on its way',
    'the sender has a new key that is not known here yet',
  ])
}

async function verifyToken(prepared: Prepared, request: VerifyRequest): Promise<Verification> {
  const token = readToken(prepared.header, request)
  if (!token.ok) return token
  const options = { ...prepared.options, currentDate: new Date(request.nowSeconds * 1000) }
  let refused: VerificationFailure = failure('signature_mismatch', 'There is no key to verify the token with.')
  for (const [secret, verifier] of prepared.verifiers.entries()) {
    const result = await verifier(token.text, options)
    if (result.ok) return judgePayload(prepared, result.payload, request) ?? (prepared.isOurs ? passedBy(secret) : PASSED)
    refused = result
  }
  return refused
}

function readToken(header: string, { headers }: VerifyRequest): { readonly ok: true; readonly text: string } | VerificationFailure {
  const presented = onlyHeader(headers, header)
  if (presented === 'missing') return failure('token_missing', `The header ${header} is missing.`)
  if (presented === 'repeated') return failure('token_wrong', `The header ${header} is given more than once.`)
  const text = header === 'authorization' ? /^bearer +(\S+) *$/i.exec(presented.value)?.[1] : presented.value
  const written = header === 'authorization' ? ' in the form "Bearer <token>"' : ''
  if (text === undefined || text.length > TOKEN_LENGTH_MAX)
    return failure('signature_malformed', `The header ${header} holds no token${written}.`)
  return { ok: true, text }
}

function judgePayload({ claims, bodyHash }: Prepared, payload: JWTPayload, { body }: VerifyRequest): VerificationFailure | undefined {
  for (const [claim, value] of Object.entries(claims)) {
    if (!sameText(String(payload[claim]), value))
      return failure('signature_mismatch', `The claim "${claim}" of the token is not what this listener expects.`)
  }
  if (bodyHash === null) return undefined
  const { claim, algorithm, encoding } = bodyHash
  const base = encoding === 'hex' ? 'hex' : 'base64'
  const claimed = payload[claim]
  const given = typeof claimed === 'string' ? canonicalSignature(claimed, base) : undefined
  if (given === undefined) return failure('signature_malformed', `The token has no claim "${claim}" with the digest of the body.`)
  if (sameText(given, hash(algorithm, body, base))) return undefined
  return failure('signature_mismatch', 'The digest in the token is not that of the body: the body was changed on its way.')
}
