import { encodeBase64 } from './encoding.ts'
import {
  ed25519PrivateKey,
  ed25519PublicBytes,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  hmacKey,
  type WebKey,
} from './primitive-web.ts'
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

/** A secret that was read once, as keys of Web Crypto that cannot be read out again. */
export type WebSigningKey =
  | { readonly kind: 'hmac'; readonly key: WebKey }
  | { readonly kind: 'ed25519'; readonly key: WebKey; readonly publicKey: WebKey }
  | { readonly kind: 'ed25519_public'; readonly publicKey: WebKey }

/** A key, or what is wrong with the secret. */
export type PreparedWebKey = { readonly ok: true; readonly key: WebSigningKey } | BadSecret

/**
 * Reads a secret into a key that `signAsync` and `verifyAsync` take instead of the text, as `prepareKey` does.
 *
 * @example
 * const prepared = await prepareKeyAsync('standard', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
 * prepared.ok // true
 */
export async function prepareKeyAsync(profile: SigningProfile, secret: string): Promise<PreparedWebKey> {
  const read = readSecret(profile, secret)
  if (!read.ok) return read
  if (read.kind === 'hmac') return { ok: true, key: { kind: 'hmac', key: await hmacKey(read.bytes) } }
  const publicKey = await ed25519PublicKey(read.publicBytes)
  if (read.kind === 'ed25519_public') return { ok: true, key: { kind: 'ed25519_public', publicKey } }
  const key = await ed25519PrivateKey(read.seed)
  // What one half signs and the other verifies belongs together; and the private key need not be readable for that.
  const probe = { head: '', body: new Uint8Array() }
  const signature = await ed25519Sign(key, probe)
  if (!(await ed25519Verify(publicKey, probe, signature))) return badSecret(halvesApart)
  return { ok: true, key: { kind: 'ed25519', key, publicKey } }
}

/**
 * Makes a secret in the profile's own form, as `generateSecret` does.
 *
 * @param fill Fills the array it is given with cryptographic randomness, 32 bytes of it.
 * @throws {TypeError} The promise is rejected with it, for an asymmetric secret in the `hex` profile, which has none.
 * @example await generateSecretAsync('standard', (bytes) => crypto.getRandomValues(bytes), 'asymmetric') // 'whsk_...'
 */
export async function generateSecretAsync(
  profile: SigningProfile,
  fill: (target: Uint8Array<ArrayBuffer>) => unknown,
  kind: SecretKind = 'symmetric',
): Promise<string> {
  const bytes = new Uint8Array(SECRET_BYTES)
  fill(bytes)
  if (kind === 'symmetric') return writeSecret(profile, bytes)
  if (profile === 'hex') throw new TypeError(noKeyPairInHex)
  return writeKeyPair(bytes, await ed25519PublicBytes(bytes))
}

/**
 * The `whpk_` key that a receiver verifies with, of a `whsk_` secret; undefined for any other secret.
 *
 * @example
 * const secret = await generateSecretAsync('standard', (bytes) => crypto.getRandomValues(bytes), 'asymmetric')
 * await publicKeyOfAsync(secret) // 'whpk_...'
 */
export async function publicKeyOfAsync(secret: string): Promise<string | undefined> {
  if (!secret.startsWith('whsk_') || !(await prepareKeyAsync('standard', secret)).ok) return undefined
  const read = readSecret('standard', secret)
  return read.ok && read.kind === 'ed25519' ? `whpk_${encodeBase64(read.publicBytes)}` : undefined
}

/** Takes both forms in which `signAsync` and `verifyAsync` are given secrets. */
export async function webKeyOf(profile: SigningProfile, secret: string | WebSigningKey): Promise<PreparedWebKey> {
  return typeof secret === 'string' ? prepareKeyAsync(profile, secret) : { ok: true, key: secret }
}
