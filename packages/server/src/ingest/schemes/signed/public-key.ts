import { createPublicKey, type KeyObject } from 'node:crypto'
import { canonicalSignature } from '#domain'

export type PublicKeyEncoding = 'hex' | 'base64' | 'pem'

/** What stands before the 32 bytes of a key in its SubjectPublicKeyInfo (RFC 8410). */
const ED25519_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

/** A public key of that type, as its owner wrote it: its SubjectPublicKeyInfo, PEM, or for Ed25519 the bare bytes. Undefined if it is none. */
export function readPublicKey(text: string, encoding: PublicKeyEncoding, type: 'ed25519' | 'ec' | 'rsa'): KeyObject | undefined {
  const key = text.includes('-----BEGIN ') ? keyOf(text) : encoding === 'pem' ? undefined : keyOfBytes(bytesOf(text.trim(), encoding), type)
  return key?.asymmetricKeyType === type ? key : undefined
}

function bytesOf(text: string, encoding: 'hex' | 'base64'): Buffer {
  const canonical = canonicalSignature(text, encoding) ?? ''
  return canonical.length % 2 === 0 ? Buffer.from(canonical, encoding) : Buffer.alloc(0)
}

function keyOfBytes(bytes: Buffer, type: string): KeyObject | undefined {
  const der = type === 'ed25519' && bytes.length === 32 ? Buffer.concat([ED25519_HEAD, bytes]) : bytes
  return keyOf({ key: der, format: 'der', type: 'spki' })
}

/** A private key is none: whoever was given one here should not have it. */
function keyOf(input: Parameters<typeof createPublicKey>[0]): KeyObject | undefined {
  if (typeof input === 'string' && input.includes('PRIVATE KEY')) return undefined
  try {
    return createPublicKey(input)
  } catch {
    return undefined
  }
}
