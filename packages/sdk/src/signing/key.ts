import { ed25519PrivateKey, ed25519PublicBytes, ed25519PublicKey, equalText, hmacKey, type NativeKey } from './primitive-node.ts'
import { encodeBase64 } from './encoding.ts'
import type { SigningProfile } from './profile.ts'
import {
  badSecret,
  halvesApart,
  noKeyPairInHex,
  readSecret,
  SECRET_BYTES,
  writeKeyPair,
  writeSecret,
  type BadSecret,
  type SecretKind,
} from './secret.ts'

/** A secret that was read once: decoding it for each send would cost as much as signing. */
export type SigningKey =
  | { readonly kind: 'hmac'; readonly key: NativeKey }
  | { readonly kind: 'ed25519'; readonly key: NativeKey; readonly publicKey: NativeKey }
  | { readonly kind: 'ed25519_public'; readonly publicKey: NativeKey }

/** A key, or what is wrong with the secret. */
export type PreparedKey = { readonly ok: true; readonly key: SigningKey } | BadSecret

/**
 * Reads a secret into a key that `sign` and `verify` take instead of the text. `hex` secrets are literal text; those of the
 * other profiles are base64, with `whsec_` or without, or `whsk_` (Ed25519 seed and public key), or `whpk_` (public key, verifies only).
 *
 * @example
 * prepareKey('standard', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').ok // true
 * prepareKey('standard', '') // { ok: false, code: 'bad_secret', detail: 'The secret is empty.' }
 */
export function prepareKey(profile: SigningProfile, secret: string): PreparedKey {
  const read = readSecret(profile, secret)
  if (!read.ok) return read
  if (read.kind === 'hmac') return { ok: true, key: { kind: 'hmac', key: hmacKey(read.bytes) } }
  const publicKey = ed25519PublicKey(read.publicBytes)
  if (read.kind === 'ed25519_public') return { ok: true, key: { kind: 'ed25519_public', publicKey } }
  const key = ed25519PrivateKey(read.seed)
  if (!equalText(encodeBase64(ed25519PublicBytes(key)), encodeBase64(read.publicBytes))) return badSecret(halvesApart)
  return { ok: true, key: { kind: 'ed25519', key, publicKey } }
}

/**
 * Makes a secret in the profile's own form: 64 lowercase hex characters for `hex`, else `whsec_` or `whsk_` and base64.
 *
 * @param fill Fills the array it is given with cryptographic randomness, 32 bytes of it.
 * @throws {TypeError} For an asymmetric secret in the `hex` profile, which has none.
 * @example
 * generateSecret('standard', (bytes) => crypto.getRandomValues(bytes)) // 'whsec_...'
 * generateSecret('svix', (bytes) => crypto.getRandomValues(bytes), 'asymmetric') // 'whsk_...'
 */
export function generateSecret(
  profile: SigningProfile,
  fill: (target: Uint8Array<ArrayBuffer>) => unknown,
  kind: SecretKind = 'symmetric',
): string {
  const bytes = new Uint8Array(SECRET_BYTES)
  fill(bytes)
  if (kind === 'symmetric') return writeSecret(profile, bytes)
  if (profile === 'hex') throw new TypeError(noKeyPairInHex)
  return writeKeyPair(bytes, ed25519PublicBytes(ed25519PrivateKey(bytes)))
}

/**
 * The `whpk_` key that a receiver verifies with, of a `whsk_` secret; undefined for any other secret.
 *
 * @example
 * publicKeyOf(generateSecret('standard', (bytes) => crypto.getRandomValues(bytes), 'asymmetric')) // 'whpk_...'
 * publicKeyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') // undefined
 */
export function publicKeyOf(secret: string): string | undefined {
  const prepared = secret.startsWith('whsk_') ? prepareKey('standard', secret) : undefined
  if (!prepared?.ok || prepared.key.kind !== 'ed25519') return undefined
  return `whpk_${encodeBase64(ed25519PublicBytes(prepared.key.publicKey))}`
}

/** Takes both forms in which `sign` and `verify` are given secrets. */
export function keyOf(profile: SigningProfile, secret: string | SigningKey): PreparedKey {
  return typeof secret === 'string' ? prepareKey(profile, secret) : { ok: true, key: secret }
}
