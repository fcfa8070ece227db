import { setImmediate } from 'node:timers/promises'
import { headersOf } from '#domain'
import type { CompiledAuth, HmacAuth, SignedAuth } from './compile-auth.ts'
import { verify, type Verification, type VerifyRequest } from './verify.ts'

/** Up to here all secrets and signatures that a listener and a caller can bring together take a few milliseconds with HMAC, and some tens with Ed25519. */
const LARGE_BYTES_MIN = 64 * 1024
const NOTHING = new Uint8Array()

/** Whether verifying takes long enough to give others a turn in between. */
export function isLargeToVerify(auth: CompiledAuth, body: Uint8Array): auth is HmacAuth | SignedAuth {
  return body.length >= LARGE_BYTES_MIN && (auth.kind === 'hmac' || auth.kind === 'signed')
}

/**
 * As `verify`, for a large body: one secret at a time, of Ed25519 one signature, with turns for others in between. Going once through ten
 * megabytes takes ten to twenty milliseconds, and who is not trusted yet chooses how many signatures there are: thirty-two of them under
 * ten secrets held the event loop for seconds.
 */
export async function verifyLarge(auth: HmacAuth | SignedAuth, request: VerifyRequest): Promise<Verification> {
  // What the head alone refuses is not worth going through the body. Over an empty body nothing is accepted, whoever signed that.
  const byHead = verify(auth, { ...request, body: NOTHING })
  if (!byHead.ok && byHead.code !== 'signature_mismatch' && (auth.kind === 'signed' || byHead.code !== 'timestamp_stale')) return byHead
  for (const part of auth.kind === 'hmac' ? bySecret(auth) : bySignature(auth, request)) {
    const verified = verify(part.auth, { ...request, ...part })
    // A stale time is told of a signature that fits.
    if (verified.ok || verified.code === 'timestamp_stale') return verified
    await setImmediate()
  }
  return byHead.ok || byHead.code === 'timestamp_stale' ? signsNothing : byHead
}

interface Part {
  readonly auth: HmacAuth | SignedAuth
  readonly headers?: VerifyRequest['headers']
}

function bySecret(auth: HmacAuth): Part[] {
  return auth.keys.map((key) => ({ auth: { ...auth, keys: [key] } }))
}

/** HMAC goes through the body once for a secret, Ed25519 once for a signature. */
function* bySignature(auth: SignedAuth, { headers }: VerifyRequest): Generator<Part> {
  for (const key of auth.keys) {
    const one = { ...auth, keys: [key] }
    if (key.kind === 'hmac') yield { auth: one }
    else for (const alone of eachSignature(auth, headers)) yield { auth: one, headers: alone }
  }
}

function* eachSignature({ profiles }: SignedAuth, headers: VerifyRequest['headers']): Generator<VerifyRequest['headers']> {
  const name = profiles.map((profile) => headersOf(profile).signature.toLowerCase()).find((header) => headers[header] !== undefined)
  const [value] = (name === undefined ? undefined : headers[name]) ?? []
  if (name === undefined || value === undefined) return
  const signatures = value.split(' ', SIGNATURES_MAX).filter((one) => one.startsWith('v1a,'))
  for (const one of signatures) yield Object.assign(Object.create(null) as object, headers, { [name]: [one] })
}

const signsNothing: Verification = { ok: false, code: 'signature_mismatch', detail: 'The signature is that of an empty body.' }

/** As many as `verify` looks at. */
const SIGNATURES_MAX = 32
