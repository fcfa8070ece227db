import {
  accepted,
  ed25519SignaturesOf,
  hmacSignaturesOf,
  readClaim,
  refused,
  type Claim,
  type VerifyInputOf,
  type VerifyResult,
} from './claim.ts'
import { keyOf, type SigningKey } from './key.ts'
import { ed25519Verify, equalText, hmacSha256 } from './primitive-node.ts'

/** What `verify` is given: texts, or keys of `prepareKey`. */
export type VerifyInput = VerifyInputOf<SigningKey>

/**
 * Checks that a webhook was signed with one of the secrets, over exactly these bytes, and recently. It never throws for what
 * a sender can send. A header that is given twice, an unknown version, a signature that is cut or of other bytes: all fail.
 *
 * @throws {TypeError} For an empty list of profiles.
 * @example
 * const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']
 * const body = new TextEncoder().encode('{"test": 2432232314}')
 * const headers = {
 *   'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
 *   'webhook-timestamp': '1614265330',
 *   'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
 * }
 * verify({ profile: ['standard', 'svix'], secrets, headers, body, nowSeconds: 1614265333 })
 * // { ok: true, profile: 'standard', id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSeconds: 1614265330, secretIndex: 0 }
 * verify({ profile: 'standard', secrets, headers, body, nowSeconds: 1614269999 }).code // 'stale_timestamp'
 */
export function verify(input: VerifyInput): VerifyResult {
  const claim = readClaim(input)
  if (!claim.ok) return claim
  let usable = 0
  let bad: string | undefined
  for (const [secretIndex, secret] of input.secrets.entries()) {
    const prepared = keyOf(claim.profile, secret)
    if (!prepared.ok) bad = prepared.detail
    else if (fits(claim, prepared.key, input.body)) return accepted(claim, secretIndex)
    else usable++
  }
  return refused(claim, { usable, bad })
}

function fits(claim: Claim, key: SigningKey, body: Uint8Array): boolean {
  const signed = { head: claim.head, body }
  if (key.kind === 'hmac') {
    const expected = claim.profile === 'hex' ? hmacSha256(key.key, signed, 'hex') : `v1,${hmacSha256(key.key, signed, 'base64')}`
    return hmacSignaturesOf(claim).some((one) => equalText(one, expected))
  }
  return claim.profile !== 'hex' && ed25519SignaturesOf(claim).some((one) => ed25519Verify(key.publicKey, signed, one))
}
