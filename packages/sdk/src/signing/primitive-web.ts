import { encodeBase64, encodeHex } from './encoding.ts'
import type { Signed } from './signed.ts'

/** Every call into Web Crypto: browsers, workers, edge runtimes, and Node as well. Its twin is `primitive-node.ts`. */

export type WebKey = CryptoKey

// RFC 8410: the bytes that DER puts before an Ed25519 seed (PKCS 8).
const PKCS8_HEAD = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]
const ED25519 = 'Ed25519'

export function hmacKey(bytes: Uint8Array<ArrayBuffer>): Promise<WebKey> {
  return subtle().importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

export function ed25519PrivateKey(seed: Uint8Array, { readable = false } = {}): Promise<WebKey> {
  return subtle().importKey('pkcs8', Uint8Array.of(...PKCS8_HEAD, ...seed), ED25519, readable, ['sign'])
}

export function ed25519PublicKey(bytes: Uint8Array<ArrayBuffer>): Promise<WebKey> {
  return subtle().importKey('raw', bytes, ED25519, false, ['verify'])
}

/** The 32 bytes of the public key that belongs to a seed. Web Crypto tells them in a JSON Web Key only. */
export async function ed25519PublicBytes(seed: Uint8Array): Promise<Uint8Array> {
  const { x } = await subtle().exportKey('jwk', await ed25519PrivateKey(seed, { readable: true }))
  return Uint8Array.from(atob(x!.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
}

export async function hmacSha256(key: WebKey, signed: Signed, encoding: 'base64' | 'hex'): Promise<string> {
  const mac = new Uint8Array(await subtle().sign('HMAC', key, joined(signed)))
  return encoding === 'hex' ? encodeHex(mac) : encodeBase64(mac)
}

export async function ed25519Sign(key: WebKey, signed: Signed): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await subtle().sign(ED25519, key, joined(signed)))
}

export function ed25519Verify(key: WebKey, signed: Signed, signature: Uint8Array<ArrayBuffer>): Promise<boolean> {
  return subtle().verify(ED25519, key, signature, joined(signed))
}

/** Compares without stopping where two texts first differ, so that the time it takes says nothing of where. Their lengths are not secret. */
export function equalText(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}

function subtle(): SubtleCrypto {
  const { subtle: there } = crypto as { subtle?: SubtleCrypto }
  if (there === undefined) throw new Error('There is no Web Crypto here: browsers offer it to pages of https: and localhost only.')
  return there
}

function joined({ head, body }: Signed): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(head)
  const all = new Uint8Array(text.length + body.length)
  all.set(text)
  all.set(body, text.length)
  return all
}
