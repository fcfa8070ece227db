import { keyOf, type SigningKey } from './key.ts'
import { ed25519Sign, hmacSha256, type Signed } from './primitive-node.ts'
import { headersOf, signedHead, webhookIdPattern, type SigningProfile } from './profile.ts'

export interface SignInput {
  readonly profile: SigningProfile
  /** Newest first. All of them sign, so that during a rotation a receiver may hold the new secret or the old one. */
  readonly secrets: readonly (string | SigningKey)[]
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

/**
 * The headers that sign one attempt. Throws a `TypeError` for what can only be a mistake of the caller: a secret that
 * `prepareKey` refuses, an id with a dot, a timestamp that is no whole number.
 *
 * Several secrets give several signatures separated by spaces, in the `hex` profile too; a receiver that knows only a single
 * hex signature therefore needs a rotation without overlap, which is that profile's default.
 *
 * @example
 * sign({ profile: 'standard', secrets: [secret], id: 'msg_1', timestampSeconds: 1614265330, body })
 * // { 'webhook-id': 'msg_1', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,...' }
 */
export function sign(input: SignInput): Record<string, string> {
  const { profile, id, timestampSeconds } = input
  if (!webhookIdPattern.test(id)) throw new TypeError('A webhook id is visible ASCII without a dot.')
  if (!Number.isSafeInteger(timestampSeconds) || timestampSeconds < 0)
    throw new TypeError('timestampSeconds is a whole number of seconds since 1970.')
  if (input.secrets.length === 0) throw new TypeError('At least one secret is needed to sign.')
  const signed = { head: signedHead(profile, id, timestampSeconds), body: input.body }
  let signatures = ''
  for (const secret of input.secrets) {
    const prepared = keyOf(profile, secret)
    if (!prepared.ok) throw new TypeError(prepared.detail)
    signatures += (signatures === '' ? '' : ' ') + signature(profile, prepared.key, signed)
  }
  const names = headersOf(profile)
  const headers = { [names.id]: id, [names.timestamp]: String(timestampSeconds), [names.signature]: signatures }
  return names.attemptId === undefined ? headers : { ...headers, ...hexHeaders(input) }
}

function signature(profile: SigningProfile, key: SigningKey, signed: Signed): string {
  if (key.kind === 'hmac') {
    return profile === 'hex' ? hmacSha256(key.key, signed, 'hex') : `v1,${hmacSha256(key.key, signed, 'base64')}`
  }
  if (key.kind === 'ed25519' && profile !== 'hex') return `v1a,${ed25519Sign(key.key, signed)}`
  throw new TypeError(profile === 'hex' ? 'The "hex" profile signs with HMAC only.' : 'A public key cannot sign; the "whsk_" secret does.')
}

function hexHeaders({ attemptId, eventType }: SignInput): Record<string, string> {
  if (attemptId === undefined || eventType === undefined) throw new TypeError('The "hex" profile needs attemptId and eventType.')
  return { 'X-Webhook-ID': attemptId, 'X-Webhook-Event': eventType }
}
