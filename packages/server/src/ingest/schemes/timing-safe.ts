import { hash, timingSafeEqual } from 'node:crypto'

/** A secret as it is compared: its SHA-256. Digests have one length, so length says nothing either. */
export function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

/** Whether `presented` is `expected`, in a time that says nothing about where they differ. */
export function sameText(presented: string, expected: string): boolean {
  return timingSafeEqual(digest(presented), digest(expected))
}

/**
 * The same of two signatures. How long they are is known of the algorithm, so they need no digests, which would cost as much as the HMAC of
 * a kilobyte.
 */
export function sameSignature(presented: string, expected: string): boolean {
  const [own, other] = [Buffer.from(presented), Buffer.from(expected)]
  return own.length === other.length && timingSafeEqual(own, other)
}

/** Which of the digests is that of `presented`; -1 if none. Looks at all of them, whichever matches. */
export function indexOfText(presented: string, digests: readonly Buffer[]): number {
  const own = digest(presented)
  let found = -1
  for (let i = 0; i < digests.length; i++) if (timingSafeEqual(own, digests[i]!) && found === -1) found = i
  return found
}
