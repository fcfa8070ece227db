import { verify, type KeyObject } from 'node:crypto'
import type { Digest } from './options.ts'

/** With which key, and how, something was signed. */
export interface Signing {
  readonly key: KeyObject
  /** Null where the kind of key says it. */
  readonly algorithm: Digest | null
  readonly dsaEncoding?: 'der' | 'ieee-p1363'
}

/** Going through so much takes as long as the check of a small body does. */
const LARGE_BYTES_MIN = 64 * 1024

/** When the last of the large ones is done. */
let largeDone: Promise<unknown> = Promise.resolve()

/**
 * Whether the key made this signature, found on a thread of the pool: there a check of Ed25519 takes 155 us and one of RSA 32, and this
 * thread is left with 5. Files and names are read on the same pool, so large bodies take one of its threads, one after the other.
 */
export function isSignedBy(signing: Signing, signed: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (signed.length < LARGE_BYTES_MIN) return check(signing, signed, signature)
  const answer = largeDone.then(() => check(signing, signed, signature))
  largeDone = answer
  return answer
}

/** What is no signature at all is an error to some kinds of key, and proves as little. */
function check({ algorithm, ...key }: Signing, signed: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    verify(algorithm, signed, key, signature, (error, fits) => resolve(error === null && fits))
  })
}
