/** Every profile that there is, the default first. */
export const signingProfiles = ['standard', 'svix', 'hex'] as const

/**
 * How a webhook is signed. `standard` and `svix` sign `{id}.{timestamp}.{body}` and differ in their header names only;
 * `hex` signs `{timestamp}.{body}`, so its id headers are not covered by the signature.
 */
export type SigningProfile = (typeof signingProfiles)[number]

/** The header names of a profile, spelled as they are sent. */
export interface ProfileHeaders {
  /** Stable over all attempts: what a receiver deduplicates by. */
  readonly id: string
  /** Unix seconds of the attempt. */
  readonly timestamp: string
  /** One signature or several, separated by spaces. */
  readonly signature: string
  /** New for each attempt. */
  readonly attemptId?: string
  /** Only `hex` sends it; the others say it in the body. */
  readonly eventType?: string
}

const headers: Readonly<Record<SigningProfile, ProfileHeaders>> = {
  standard: { id: 'webhook-id', timestamp: 'webhook-timestamp', signature: 'webhook-signature' },
  svix: { id: 'svix-id', timestamp: 'svix-timestamp', signature: 'svix-signature' },
  hex: {
    id: 'X-Webhook-Event-ID',
    timestamp: 'X-Webhook-Timestamp',
    signature: 'X-Webhook-Signature',
    attemptId: 'X-Webhook-ID',
    eventType: 'X-Webhook-Event',
  },
}

/**
 * The names of the headers that a profile sends.
 *
 * @example headersOf('standard').signature // 'webhook-signature'
 */
export function headersOf(profile: SigningProfile): ProfileHeaders {
  return headers[profile]
}

/**
 * True for `standard`, `svix` and `hex`.
 *
 * @example
 * isSigningProfile('svix') // true
 * isSigningProfile('github') // false
 */
export function isSigningProfile(value: unknown): value is SigningProfile {
  return (signingProfiles as readonly unknown[]).includes(value)
}

/** What is signed before the body's own bytes. The body is never part of a string, so it need not be text. */
export function signedHead(profile: SigningProfile, id: string, timestamp: number | string): string {
  return profile === 'hex' ? `${timestamp}.` : `${id}.${timestamp}.`
}

/**
 * What an id may look like: visible ASCII without a dot. The dot parts id from timestamp from body in the signed text, so
 * an id that held one could move bytes of the body into the timestamp under a signature that still fits.
 */
export const webhookIdPattern = /^[\x21-\x2d\x2f-\x7e]{1,512}$/
