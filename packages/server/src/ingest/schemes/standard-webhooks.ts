import { generateKeySync } from 'node:crypto'
import { headersOf, prepareKey, verify, type SigningKey, type SigningProfile, type VerifyFailureCode } from '#domain'
import type { Headers } from '../request/headers.ts'
import { NO_PLACES, type BodyScheme, type Scheme } from './scheme.ts'
import { canonicalBase64Secret, unsignable } from './secret-text.ts'
import { failure, type AuthFailureCode, type Verification, type VerifyHead, type VerifyRequest } from './verification.ts'

export interface StandardWebhooksOptions {
  /** The families of header names that are taken; several if the sender may use either. */
  readonly profiles: readonly SigningProfile[]
}

/** Standard Webhooks, with HMAC and Ed25519, under its own header names and under Svix's. */
export const standardWebhooks: Scheme<StandardWebhooksOptions> = {
  secretsIn: 'secrets',
  compile({ profiles }, secrets) {
    const prepared = secrets.map(({ text }) => prepareKey(profiles[0]!, text))
    const faults = prepared.flatMap((one, i) => (one.ok ? [] : [{ pointer: secrets[i]!.pointer, message: one.detail, code: 'invalid' }]))
    if (faults.length > 0) return { ok: false, faults }
    return { ok: true, scheme: compileFamily({ profiles, keys: prepared.flatMap((one) => (one.ok ? [one.key] : [])) }) }
  },
  unmatchable: unsignable,
  keptSecret: canonicalBase64Secret,
  asksFor({ profiles }) {
    const family = profiles[0] === 'svix' ? 'svix' : 'webhook'
    return { headers: ['id', 'timestamp', 'signature'].map((name) => `${family}-${name}`) }
  },
}

interface Prepared {
  readonly profiles: readonly SigningProfile[]
  readonly keys: readonly SigningKey[]
}

function compileFamily(prepared: Prepared): BodyScheme {
  const pairs = prepared.keys.filter(({ kind }) => kind !== 'hmac').length
  return {
    reads: 'body',
    challenge: 'Signature realm="listener", header="webhook-signature"',
    secretsAt: NO_PLACES,
    verify: (request) => verifyFamily(prepared, request),
    verifyInTurns: (request) => verifyInTurns(prepared, request),
    slowChecks: (request) => (pairs === 0 ? 0 : pairs * ed25519Of(prepared, request).signatures.length),
  }
}

function verifyFamily({ profiles, keys }: Prepared, { headers, body, nowSeconds }: VerifyRequest): Verification {
  const result = verify({ profile: profiles, secrets: keys, headers, body, nowSeconds })
  if (result.ok) return { ok: true, credential: null, signedId: result.id, secret: result.secretIndex }
  return failure(codes[result.code], result.detail)
}

const codes: Readonly<Record<VerifyFailureCode, AuthFailureCode>> = {
  missing_header: 'signature_missing',
  bad_timestamp: 'timestamp_malformed',
  stale_timestamp: 'timestamp_stale',
  no_match: 'signature_mismatch',
  bad_secret: 'secret_unusable',
}

const NOTHING = new Uint8Array()
const nobodysKey = { kind: 'hmac', key: generateKeySync('hmac', { length: 256 }) } as const

/** HMAC goes through the body once for a secret, Ed25519 once for a signature. */
function* verifyInTurns(prepared: Prepared, request: VerifyRequest): Generator<undefined, Verification> {
  // What the head alone refuses is not worth going through the body. With as many keys, because the refusal counts them.
  const byHead = verifyFamily({ ...prepared, keys: prepared.keys.map(() => nobodysKey) }, { ...request, body: NOTHING })
  if (!byHead.ok && byHead.code !== 'signature_mismatch') return byHead
  for (const [secret, key] of prepared.keys.entries()) {
    const alone = { ...prepared, keys: [key] }
    for (const headers of key.kind === 'hmac' ? [request.headers] : eachSignature(prepared, request)) {
      const verified = verifyFamily(alone, { ...request, headers })
      if (verified.ok) return { ...verified, secret }
      yield
    }
  }
  return byHead
}

/** As many as are looked at in a small body. */
const SIGNATURES_MAX = 32

/** The headers with one of their Ed25519 signatures at a time. */
function* eachSignature(prepared: Prepared, request: VerifyHead): Generator<Headers> {
  const { name, signatures } = ed25519Of(prepared, request)
  for (const one of signatures) yield Object.assign(Object.create(null) as object, request.headers, { [name]: [one] })
}

/** What claims to be a signature of Ed25519, and in which header. */
function ed25519Of({ profiles }: Prepared, { headers }: VerifyHead): { readonly name: string; readonly signatures: readonly string[] } {
  const names = profiles.map((profile) => headersOf(profile).signature.toLowerCase())
  const name = names.find((header) => headers[header] !== undefined) ?? ''
  return { name, signatures: headers[name]?.[0]?.split(' ', SIGNATURES_MAX).filter((one) => one.startsWith('v1a,')) ?? [] }
}
