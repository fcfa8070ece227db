import {
  decodeBase64,
  ed25519PrivateKey,
  ed25519PublicBytes,
  ed25519PublicKey,
  encodeBase64,
  encodeHex,
  equalText,
  hmacKey,
  type NativeKey,
} from './primitive-node.ts'
import type { SigningProfile } from './profile.ts'

/** A secret that was read once: decoding it for each send would cost as much as signing. */
export type SigningKey =
  | { readonly kind: 'hmac'; readonly key: NativeKey }
  | { readonly kind: 'ed25519'; readonly key: NativeKey; readonly publicKey: NativeKey }
  | { readonly kind: 'ed25519_public'; readonly publicKey: NativeKey }

export type PreparedKey =
  | { readonly ok: true; readonly key: SigningKey }
  | { readonly ok: false; readonly code: 'bad_secret'; readonly detail: string }

/** `symmetric` is HMAC-SHA256, known to both sides; `asymmetric` is Ed25519, of which the receiver gets the public half. */
export type SecretKind = 'symmetric' | 'asymmetric'

const SECRET_BYTES = 32

/**
 * Reads a secret into a key that `sign` and `verify` take instead of the text. `hex` secrets are literal text; those of the
 * other profiles are base64, with `whsec_` or without, or `whsk_` (Ed25519 seed and public key), or `whpk_` (public key, verifies only).
 * @example const prepared = prepareKey('standard', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
 */
export function prepareKey(profile: SigningProfile, secret: string): PreparedKey {
  if (profile === 'hex') return literalKey(secret)
  if (secret.startsWith('whsk_')) return ed25519Key(secret)
  if (secret.startsWith('whpk_')) {
    const bytes = decodeBase64(secret.slice(5))
    if (bytes?.length !== 32) return bad('A "whpk_" key is 32 bytes in base64.')
    return { ok: true, key: { kind: 'ed25519_public', publicKey: ed25519PublicKey(bytes) } }
  }
  const bytes = decodeBase64(secret.startsWith('whsec_') ? secret.slice(6) : secret)
  if (bytes === undefined) return bad('The secret is not base64.')
  if (bytes.length === 0) return bad('The secret is empty.')
  return { ok: true, key: { kind: 'hmac', key: hmacKey(bytes) } }
}

/**
 * Makes a secret in the profile's own form: 64 lowercase hex characters for `hex`, else `whsec_` or `whsk_` and base64.
 * `fill` fills the array it is given with cryptographic randomness.
 * @example generateSecret('standard', (bytes) => crypto.getRandomValues(bytes))
 */
export function generateSecret(
  profile: SigningProfile,
  fill: (target: Uint8Array<ArrayBuffer>) => unknown,
  kind: SecretKind = 'symmetric',
): string {
  const bytes = new Uint8Array(SECRET_BYTES)
  fill(bytes)
  if (profile === 'hex') {
    if (kind === 'asymmetric') throw new TypeError('The "hex" profile has no asymmetric keys.')
    return encodeHex(bytes)
  }
  if (kind === 'symmetric') return `whsec_${encodeBase64(bytes)}`
  const both = new Uint8Array(64)
  both.set(bytes)
  both.set(ed25519PublicBytes(ed25519PrivateKey(bytes)), 32)
  return `whsk_${encodeBase64(both)}`
}

/**
 * The `whpk_` key that a receiver verifies with, of a `whsk_` secret; undefined for any other secret.
 * @example publicKeyOf('whsk_6Xb/...') // 'whpk_1SiA...'
 */
export function publicKeyOf(secret: string): string | undefined {
  const prepared = secret.startsWith('whsk_') ? ed25519Key(secret) : undefined
  if (!prepared?.ok || prepared.key.kind !== 'ed25519') return undefined
  return `whpk_${encodeBase64(ed25519PublicBytes(prepared.key.publicKey))}`
}

/** Takes both forms in which `sign` and `verify` are given secrets. */
export function keyOf(profile: SigningProfile, secret: string | SigningKey): PreparedKey {
  return typeof secret === 'string' ? prepareKey(profile, secret) : { ok: true, key: secret }
}

function literalKey(secret: string): PreparedKey {
  if (secret === '') return bad('The secret is empty.')
  if (!/^[\x21-\x7e]+$/.test(secret)) return bad('The secret holds a space, a line end or a character outside ASCII.')
  return { ok: true, key: { kind: 'hmac', key: hmacKey(new TextEncoder().encode(secret)) } }
}

function ed25519Key(secret: string): PreparedKey {
  const bytes = decodeBase64(secret.slice(5))
  if (bytes?.length !== 64) return bad('A "whsk_" secret is 64 bytes in base64: seed, then public key.')
  const key = ed25519PrivateKey(bytes.subarray(0, 32))
  const publicBytes = ed25519PublicBytes(key)
  // A secret whose halves do not belong together would sign what nobody can verify.
  if (!equalText(encodeBase64(publicBytes), encodeBase64(bytes.subarray(32))))
    return bad('The two halves of this "whsk_" secret do not belong together.')
  return { ok: true, key: { kind: 'ed25519', key, publicKey: ed25519PublicKey(publicBytes) } }
}

function bad(detail: string): PreparedKey {
  return { ok: false, code: 'bad_secret', detail }
}
