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
import { webKeyOf, type WebSigningKey } from './key-async.ts'
import { ed25519Verify, equalText, hmacSha256 } from './primitive-web.ts'

/** What `verifyAsync` is given: texts, or keys of `prepareKeyAsync`. */
export type VerifyAsyncInput = VerifyInputOf<WebSigningKey>

/**
 * `verify` on Web Crypto: the same answers, in browsers, workers and edge runtimes, and in Node.
 *
 * @throws {TypeError} The promise is rejected with it, for an empty list of profiles.
 * @example
 * const headers = new Headers({
 *   'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
 *   'webhook-timestamp': '1614265330',
 *   'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
 * })
 * const body = new TextEncoder().encode('{"test": 2432232314}')
 * const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']
 * const result = await verifyAsync({ profile: 'standard', secrets, headers, body, nowSeconds: 1614265333 })
 * result.ok // true
 */
export async function verifyAsync(input: VerifyAsyncInput): Promise<VerifyResult> {
  const claim = readClaim(input)
  if (!claim.ok) return claim
  let usable = 0
  let bad: string | undefined
  for (const [secretIndex, secret] of input.secrets.entries()) {
    const prepared = await webKeyOf(claim.profile, secret)
    if (!prepared.ok) bad = prepared.detail
    else if (await fits(claim, prepared.key, input.body)) return accepted(claim, secretIndex)
    else usable++
  }
  return refused(claim, { usable, bad })
}

async function fits(claim: Claim, key: WebSigningKey, body: Uint8Array): Promise<boolean> {
  const signed = { head: claim.head, body }
  if (key.kind === 'hmac') {
    const expected =
      claim.profile === 'hex' ? await hmacSha256(key.key, signed, 'hex') : `v1,${await hmacSha256(key.key, signed, 'base64')}`
    return hmacSignaturesOf(claim).some((one) => equalText(one, expected))
  }
  if (claim.profile === 'hex') return false
  for (const one of ed25519SignaturesOf(claim)) if (await ed25519Verify(key.publicKey, signed, one)) return true
  return false
}
