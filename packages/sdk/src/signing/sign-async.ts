import { encodeBase64 } from './encoding.ts'
import { webKeyOf, type WebSigningKey } from './key-async.ts'
import { ed25519Sign, hmacSha256 } from './primitive-web.ts'
import type { SigningProfile } from './profile.ts'
import type { Signed } from './signed.ts'
import { cannotSign, signedHeaders, signedOf, type SignInputOf } from './signing-plan.ts'

/** What `signAsync` is given: texts, or keys of `prepareKeyAsync`. */
export type SignAsyncInput = SignInputOf<WebSigningKey>

/**
 * `sign` on Web Crypto: the same headers, in browsers, workers and edge runtimes, and in Node.
 *
 * @throws {TypeError} The promise is rejected with it where `sign` throws it.
 * @example
 * const body = new TextEncoder().encode('{"test": 2432232314}')
 * const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']
 * const headers = await signAsync({ profile: 'svix', secrets, id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSeconds: 1614265330, body })
 * headers['svix-signature'] // 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
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
