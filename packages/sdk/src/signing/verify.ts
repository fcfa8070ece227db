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

export type VerifyInput = VerifyInputOf<SigningKey>

/**
 * Checks that a webhook was signed with one of the secrets, over exactly these bytes, and recently. It never throws for what
 * a sender can send. A header that is given twice, an unknown version, a signature that is cut or of other bytes: all fail.
 *
 * @example
 * const result = verify({ profile: ['standard', 'svix'], secrets: [secret], headers: req.headers, body, nowSeconds: Date.now() / 1000 })
 * if (!result.ok) console.warn(result.code, result.detail)
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
