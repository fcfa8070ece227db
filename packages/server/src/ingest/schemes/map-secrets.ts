import type { OpenListenerAuth } from '#domain'
import { secretMemberOf } from './registry.ts'
import type { SecretMember } from './scheme.ts'

/** An authentication with `Secret` in the place of each secret: text, a reference, or what is shown of it. */
export type AuthOf<Secret> = {
  readonly kind: OpenListenerAuth['kind']
  readonly password?: Secret
  readonly verifyToken?: Secret | undefined
} & { readonly [Member in Exclude<SecretMember, 'password'>]?: readonly Secret[] }

export interface SecretPlace {
  readonly pointer: string
  /** What kind of secret it is: `key`, `token`, `password`, `secret`, `verify_token`. */
  readonly word: string
}

/** The same authentication with each secret replaced. */
export function mapSecrets<From, To>(auth: AuthOf<From>, map: (secret: From, at: SecretPlace) => To): AuthOf<To> {
  const member = auth.kind === 'preset' ? 'secrets' : secretMemberOf(auth.kind)
  if (member === null) return auth as AuthOf<never>
  const pointer = `/auth/${member}`
  if (member === 'password') return { ...(auth as AuthOf<never>), password: map(auth.password!, { pointer, word: member }) }
  const word = member.slice(0, -1)
  const secrets = auth[member] ?? []
  const mapped = { [member]: secrets.map((secret, i) => map(secret, { pointer: `${pointer}/${i}`, word })) }
  const { verifyToken } = auth
  const shown = verifyToken === undefined ? {} : { verifyToken: map(verifyToken, { pointer: '/auth/verifyToken', word: 'verify_token' }) }
  return { ...(auth as AuthOf<never>), ...mapped, ...shown }
}
