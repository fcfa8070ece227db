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

export type VerifyAsyncInput = VerifyInputOf<WebSigningKey>

/**
 * `verify` on Web Crypto: the same answers, in browsers, workers and edge runtimes, and in Node.
 *
 * @example
 * const body = new Uint8Array(await request.arrayBuffer())
 * const result = await verifyAsync({ profile: 'standard', secrets: [secret], headers: request.headers, body, nowSeconds: Date.now() / 1000 })
 * if (!result.ok) return new Response(result.detail, { status: 401 })
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
