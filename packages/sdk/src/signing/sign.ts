import { encodeBase64 } from './encoding.ts'
import { keyOf, type SigningKey } from './key.ts'
import { ed25519Sign, hmacSha256 } from './primitive-node.ts'
import type { SigningProfile } from './profile.ts'
import type { Signed } from './signed.ts'
import { cannotSign, signedHeaders, signedOf, type SignInputOf } from './signing-plan.ts'

/** What `sign` is given: texts, or keys of `prepareKey`. */
export type SignInput = SignInputOf<SigningKey>

/**
 * The headers that sign one attempt.
 *
 * Several secrets give several signatures separated by spaces, in the `hex` profile too; a receiver that knows only a single
 * hex signature therefore needs a rotation without overlap, which is that profile's default.
 *
 * @throws {TypeError} For what can only be a mistake of the caller: no secret, one that `prepareKey` refuses, an id with a dot, a
 *   timestamp that is no whole number, and in the `hex` profile no `attemptId` or `eventType`.
 * @example
 * const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
 * const body = new TextEncoder().encode('{"test": 2432232314}')
 * sign({ profile: 'standard', secrets: [secret], id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSeconds: 1614265330, body })
 * // {
 * //   'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
 * //   'webhook-timestamp': '1614265330',
 * //   'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
 * // }
 */
export function sign(input: SignInput): Record<string, string> {
  const { profile } = input
  const signed = signedOf(input)
  let signatures = ''
  for (const secret of input.secrets) {
    const prepared = keyOf(profile, secret)
    if (!prepared.ok) throw new TypeError(prepared.detail)
    signatures += (signatures === '' ? '' : ' ') + signature(profile, prepared.key, signed)
  }
  return signedHeaders(input, signatures)
}

function signature(profile: SigningProfile, key: SigningKey, signed: Signed): string {
  if (key.kind === 'hmac') {
    return profile === 'hex' ? hmacSha256(key.key, signed, 'hex') : `v1,${hmacSha256(key.key, signed, 'base64')}`
  }
  if (key.kind === 'ed25519' && profile !== 'hex') return `v1a,${encodeBase64(ed25519Sign(key.key, signed))}`
  throw cannotSign(profile)
}
