import { encodeBase64 } from './encoding.ts'
import { webKeyOf, type WebSigningKey } from './key-async.ts'
import { ed25519Sign, hmacSha256 } from './primitive-web.ts'
import type { SigningProfile } from './profile.ts'
import type { Signed } from './signed.ts'
import { cannotSign, signedHeaders, signedOf, type SignInputOf } from './signing-plan.ts'

export type SignAsyncInput = SignInputOf<WebSigningKey>

/**
 * `sign` on Web Crypto: the same headers, in browsers, workers and edge runtimes, and in Node. Where `sign` throws a
 * `TypeError`, the promise is rejected with it.
 *
 * @example
 * await signAsync({ profile: 'standard', secrets: [secret], id: 'msg_1', timestampSeconds: 1614265330, body })
 */
export async function signAsync(input: SignAsyncInput): Promise<Record<string, string>> {
  const { profile } = input
  const signed = signedOf(input)
  const signatures: string[] = []
  for (const secret of input.secrets) {
    const prepared = await webKeyOf(profile, secret)
    if (!prepared.ok) throw new TypeError(prepared.detail)
    signatures.push(await signature(profile, prepared.key, signed))
  }
  return signedHeaders(input, signatures.join(' '))
}

async function signature(profile: SigningProfile, key: WebSigningKey, signed: Signed): Promise<string> {
  if (key.kind === 'hmac') {
    return profile === 'hex' ? hmacSha256(key.key, signed, 'hex') : `v1,${await hmacSha256(key.key, signed, 'base64')}`
  }
  if (key.kind === 'ed25519' && profile !== 'hex') return `v1a,${encodeBase64(await ed25519Sign(key.key, signed))}`
  throw cannotSign(profile)
}
