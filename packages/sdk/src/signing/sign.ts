import { encodeBase64 } from './encoding.ts'
import { keyOf, type SigningKey } from './key.ts'
import { ed25519Sign, hmacSha256 } from './primitive-node.ts'
import type { SigningProfile } from './profile.ts'
import type { Signed } from './signed.ts'
import { cannotSign, signedHeaders, signedOf, type SignInputOf } from './signing-plan.ts'

export type SignInput = SignInputOf<SigningKey>

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
