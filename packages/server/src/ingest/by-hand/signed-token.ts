import { hash, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import { replaceSetting } from '../schemes/settings.ts'
import { isPem, PUBLIC, SHARED, type JwtOptions } from '../schemes/tokens/jwt.ts'
import type { RequestByHand } from './inbound-by-hand.ts'
import { privateKeyOf } from './private-key.ts'
import type { Unproved } from './unproved.ts'

/** A copy is judged at once, so its token need not hold for longer. */
const VALID_SECONDS = 300

interface Signing {
  readonly request: RequestByHand
  readonly secret: string | undefined
  readonly signKey: string | undefined
  readonly settings: Readonly<Record<string, string>>
}

/** The token that the sender would have sent with the body: with the shared secret, or with a private key that is given for this once. */
export async function signedToken(options: JwtOptions, { request, secret, signKey, settings }: Signing): Promise<string | Unproved> {
  const isShared = options.keySetUrl === undefined && secret !== undefined && !isPem(secret)
  const key = isShared ? Buffer.from(secret) : privateKeyOf(signKey, 'rsa', 'ec', 'ed25519')
  if ('message' in key) return key
  const fitting = 'asymmetricKeyType' in key ? fittingKey(key) : SHARED
  const alg = fitting.find((name) => options.algorithms?.includes(name) ?? true)
  if (alg === undefined)
    return { pointer: '/signKey', message: `The listener takes ${options.algorithms!.join(', ')}, and this key signs none of them.` }
  const named = (name: string) => replaceSetting(name, settings)
  const { issuer, audience, claims = {}, bodyHash } = options
  const at = Math.floor(request.receivedAt / 1000)
  const token = new SignJWT({
    ...Object.fromEntries(Object.entries(claims).map(([claim, value]) => [claim, named(value)])),
    ...(bodyHash !== null && { [bodyHash.claim]: hash(bodyHash.algorithm, request.body, bodyHash.encoding) }),
  })
    .setProtectedHeader({ alg, typ: 'JWT' })
    .setIssuedAt(at)
    .setExpirationTime(at + VALID_SECONDS)
  if (issuer !== undefined) token.setIssuer(named(issuer))
  if (audience !== undefined) token.setAudience(named(audience))
  return token.sign(key)
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384' }

function fittingKey({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): readonly string[] {
  if (type === 'ed25519') return ['EdDSA']
  if (type === 'rsa') return PUBLIC.filter((name) => name.startsWith('RS') || name.startsWith('PS'))
  return PUBLIC.filter((name) => name === CURVES[details?.namedCurve ?? ''])
}
