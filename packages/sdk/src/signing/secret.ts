import { decodeBase64, encodeBase64, encodeHex } from './encoding.ts'
import type { SigningProfile } from './profile.ts'

/** `symmetric` is HMAC-SHA256, known to both sides; `asymmetric` is Ed25519, of which the receiver gets the public half. */
export type SecretKind = 'symmetric' | 'asymmetric'

/** What a secret's text holds. Node and browsers make keys of these bytes, each in its own way. */
export type SecretBytes =
  | { readonly ok: true; readonly kind: 'hmac'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly ok: true; readonly kind: 'ed25519'; readonly seed: Uint8Array<ArrayBuffer>; readonly publicBytes: Uint8Array<ArrayBuffer> }
  | { readonly ok: true; readonly kind: 'ed25519_public'; readonly publicBytes: Uint8Array<ArrayBuffer> }
  | BadSecret

/** A secret that cannot be read, and in `detail` what is wrong with it. */
export interface BadSecret {
  readonly ok: false
  readonly code: 'bad_secret'
  readonly detail: string
}

export const SECRET_BYTES = 32

/** Reads the text of a secret, strictly; says what is wrong with one that cannot be read. */
export function readSecret(profile: SigningProfile, secret: string): SecretBytes {
  if (profile === 'hex') return literal(secret)
  const prefix = /^wh(?:sec|sk|pk)_/.exec(secret)?.[0] ?? ''
  const text = secret.slice(prefix.length)
  // In the alphabet of base64url a prefix in another spelling would pass for digits of the secret.
  if (/^wh(?:sec|sk|pk)_/i.test(text)) return badSecret('What begins a secret stands once and in lower case: "whsec_", "whsk_" or "whpk_".')
  const bytes = decodeBase64(text)
  if (prefix === 'whsk_') {
    if (bytes?.length !== 64) return badSecret('A "whsk_" secret is 64 bytes in base64: seed, then public key.')
    return { ok: true, kind: 'ed25519', seed: bytes.slice(0, 32), publicBytes: bytes.slice(32) }
  }
  if (prefix === 'whpk_') {
    if (bytes?.length !== 32) return badSecret('A "whpk_" key is 32 bytes in base64.')
    return { ok: true, kind: 'ed25519_public', publicBytes: bytes }
  }
  if (bytes === undefined) return badSecret('The secret is not base64.')
  if (bytes.length === 0) return badSecret('The secret is empty.')
  return { ok: true, kind: 'hmac', bytes }
}

/**
 * A secret as it is kept and handed on: with its prefix, in the standard alphabet, padded. Some libraries read no other spelling
 * (Python, Go, C#, Rust). The bytes that sign are the same. Secrets of `hex` are literal text and stay as they are. What cannot be
 * read is answered as a `BadSecret`.
 *
 * @example
 * canonicalSecret('standard', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg') // { ok: true, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg==' }
 * canonicalSecret('standard', 'sesame!') // { ok: false, code: 'bad_secret', detail: 'The secret is not base64.' }
 */
export function canonicalSecret(profile: SigningProfile, secret: string): { readonly ok: true; readonly secret: string } | BadSecret {
  const read = readSecret(profile, secret)
  if (!read.ok) return read
  if (profile === 'hex') return { ok: true, secret }
  switch (read.kind) {
    case 'hmac':
      return { ok: true, secret: writeSecret(profile, read.bytes) }
    case 'ed25519':
      return { ok: true, secret: writeKeyPair(read.seed, read.publicBytes) }
    case 'ed25519_public':
      return { ok: true, secret: `whpk_${encodeBase64(read.publicBytes)}` }
  }
}

/** The text of a symmetric secret, in the profile's own form. */
export function writeSecret(profile: SigningProfile, bytes: Uint8Array): string {
  return profile === 'hex' ? encodeHex(bytes) : `whsec_${encodeBase64(bytes)}`
}

/** The text of an Ed25519 secret. */
export function writeKeyPair(seed: Uint8Array, publicBytes: Uint8Array): string {
  const both = new Uint8Array(64)
  both.set(seed)
  both.set(publicBytes, SECRET_BYTES)
  return `whsk_${encodeBase64(both)}`
}

/** What is said of a `whsk_` secret that would sign what nobody can verify. */
export const halvesApart = 'The two halves of this "whsk_" secret do not belong together.'

export const noKeyPairInHex = 'The "hex" profile has no asymmetric keys.'

export function badSecret(detail: string): BadSecret {
  return { ok: false, code: 'bad_secret', detail }
}

function literal(secret: string): SecretBytes {
  if (secret === '') return badSecret('The secret is empty.')
  if (!/^[\x21-\x7e]+$/.test(secret)) return badSecret('The secret holds a space, a line end or a character outside ASCII.')
  return { ok: true, kind: 'hmac', bytes: new TextEncoder().encode(secret) }
}
