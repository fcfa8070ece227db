import { apiKey } from './api-key.ts'
import { basic } from './basic.ts'
import { bearer } from './bearer.ts'
import { mtls } from './mtls.ts'
import { none } from './none.ts'
import type { Scheme } from './scheme.ts'
import { ecdsa, ed25519, rsa } from './signed/asymmetric.ts'
import { certificate } from './signed/certificate.ts'
import { hash } from './signed/hash.ts'
import { hmac } from './signed/hmac.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { jwt } from './tokens/jwt.ts'
import { token } from './tokens/token.ts'

/** Every scheme, by kind. */
const schemes = {
  none,
  api_key: apiKey,
  bearer,
  basic,
  mtls,
  token,
  hmac,
  hash,
  ed25519,
  ecdsa,
  rsa,
  certificate,
  jwt,
  standard_webhooks: standardWebhooks,
} as const

type Schemes = typeof schemes
type OptionsOf<Of> = Of extends Scheme<infer Options> ? Options : never

/** A scheme with its settings, as data: so a system names it, and so a listener's authentication does. */
export type SchemeData = { [Kind in keyof Schemes]: { readonly kind: Kind } & OptionsOf<Schemes[Kind]> }[keyof Schemes]

/** The scheme of that kind, which is to be given the same data. */
export function schemeOf(data: SchemeData): Scheme<SchemeData> {
  return schemes[data.kind] as Scheme<never> as Scheme<SchemeData>
}

/** The member of an authentication of that kind that holds its secrets. */
export function secretMemberOf(kind: SchemeData['kind']): Scheme<never>['secretsIn'] {
  return schemes[kind].secretsIn
}
