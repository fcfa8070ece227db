import { headersOf, signedHead, webhookIdPattern, type SigningProfile } from './profile.ts'
import type { Signed } from './signed.ts'

/** What `sign` and `signAsync` are given; they differ in the keys that they take beside texts. */
export interface SignInputOf<Key> {
  readonly profile: SigningProfile
  /** Newest first. All of them sign, so that during a rotation a receiver may hold the new secret or the old one. */
  readonly secrets: readonly (string | Key)[]
  /** The same over all attempts; holds no dot. */
  readonly id: string
  /** Unix seconds of this attempt. */
  readonly timestampSeconds: number
  /** The bytes exactly as they are sent. */
  readonly body: Uint8Array
  /** New for each attempt. The `hex` profile sends it and needs it; the others leave it out. */
  readonly attemptId?: string
  /** The `hex` profile sends it and needs it; the others leave it out. */
  readonly eventType?: string
}

/** What is to be signed. Throws a `TypeError` for what can only be a mistake of the caller. */
export function signedOf({ profile, id, timestampSeconds, secrets, body }: SignInputOf<unknown>): Signed {
  if (!webhookIdPattern.test(id)) throw new TypeError('A webhook id is visible ASCII without a dot.')
  if (!Number.isSafeInteger(timestampSeconds) || timestampSeconds < 0)
    throw new TypeError('timestampSeconds is a whole number of seconds since 1970.')
  if (secrets.length === 0) throw new TypeError('At least one secret is needed to sign.')
  return { head: signedHead(profile, id, timestampSeconds), body }
}

/** The headers that carry these signatures. */
export function signedHeaders(input: SignInputOf<unknown>, signatures: string): Record<string, string> {
  const names = headersOf(input.profile)
  const headers = { [names.id]: input.id, [names.timestamp]: String(input.timestampSeconds), [names.signature]: signatures }
  return names.attemptId === undefined ? headers : { ...headers, ...hexHeaders(input) }
}

/** What is thrown for a key that cannot sign in this profile. */
export function cannotSign(profile: SigningProfile): TypeError {
  return new TypeError(profile === 'hex' ? 'The "hex" profile signs with HMAC only.' : 'A public key cannot sign; the "whsk_" secret does.')
}

function hexHeaders({ attemptId, eventType }: SignInputOf<unknown>): Record<string, string> {
  if (attemptId === undefined || eventType === undefined) throw new TypeError('The "hex" profile needs attemptId and eventType.')
  return { 'X-Webhook-ID': attemptId, 'X-Webhook-Event': eventType }
}
