import { createSecretKey, type KeyObject } from 'node:crypto'
import { canonicalSecret, prepareKey, type FieldFault, type OpenListenerAuth, type SigningKey, type SigningProfile } from '#domain'
import type { HmacScheme, System } from '../systems/system.ts'
import { digest } from './timing-safe.ts'
import { readSignedString, type SignedPart } from './verify-hmac.ts'
import type { AuthFailureCode } from './verify.ts'

/** Authentication with its keys prepared: decoding them for each request would cost as much as verifying. */
export type CompiledAuth = { readonly kind: 'none' } | KeyedAuth | HmacAuth | SignedAuth | UnusableAuth

/** api_key, bearer and basic: the caller shows a secret, and no body is needed to check it. */
export interface KeyedAuth {
  readonly kind: 'keyed'
  readonly from: { readonly in: 'header' | 'query'; readonly name: string; readonly label: string }
  /** What is compared, of what the header holds; undefined if it is not of the scheme. */
  readonly read: (value: string) => string | undefined
  readonly digests: readonly Buffer[]
  /** For each digest, what the credential is called in limits and records. */
  readonly credentials: readonly string[]
  readonly codes: { readonly missing: AuthFailureCode; readonly wrong: AuthFailureCode }
  readonly challenge: string
}

export interface HmacAuth extends Omit<HmacScheme, 'kind' | 'signedString' | 'keyEncoding'> {
  readonly kind: 'hmac'
  readonly parts: readonly SignedPart[]
  readonly keys: readonly KeyObject[]
  readonly challenge: string
}

export interface SignedAuth {
  readonly kind: 'signed'
  readonly profiles: readonly SigningProfile[]
  readonly keys: readonly SigningKey[]
  readonly challenge: string
}

/** Nothing passes: a secret that cannot be opened or read must never let everybody in. */
export interface UnusableAuth {
  readonly kind: 'unusable'
  readonly detail: string
  readonly challenge: string
}

export type AuthCompilation =
  | { readonly ok: true; readonly auth: CompiledAuth }
  | { readonly ok: false; readonly faults: readonly FieldFault[] }

/** Prepares the keys once. Faults name the field, so that a bad secret is refused when the listener is saved. */
export function compileAuth(auth: OpenListenerAuth, system: System): AuthCompilation {
  switch (auth.kind) {
    case 'none':
      return { ok: true, auth: { kind: 'none' } }
    case 'api_key':
      return compiled(apiKey(auth))
    case 'bearer':
      return compiled(bearer(auth.tokens))
    case 'basic':
      return compiled(basic(auth.username, auth.password))
    case 'hmac':
      return hmac(auth, auth.secrets)
    case 'preset':
      return preset(auth.secrets, system)
  }
}

/**
 * A secret as it is kept: where it is base64, in its canonical spelling, because it may be handed on. One that cannot be read stays as it
 * is, and compiling says why it is refused.
 */
export function keptSecret(auth: { readonly kind: string; readonly keyEncoding?: unknown }, system: System, secret: string): string {
  const scheme = auth.kind === 'preset' ? system.scheme : auth
  const keyEncoding = 'keyEncoding' in scheme ? scheme.keyEncoding : undefined
  const isBase64 = scheme.kind === 'signed' || keyEncoding === 'whsec' || keyEncoding === 'base64'
  const canonical = isBase64 ? canonicalSecret('standard', secret) : undefined
  if (!canonical?.ok) return secret
  // As its owner wrote it: with the prefix or without.
  return /^wh(?:sec|sk|pk)_/.test(secret) ? canonical.secret : canonical.secret.slice('whsec_'.length)
}

/** What stands in place of an authentication that could not be compiled. */
export function unusableAuth(detail: string): CompiledAuth {
  return { kind: 'unusable', detail, challenge: 'Unusable realm="listener"' }
}

/** The WWW-Authenticate of a 401; undefined where nothing is asked for. */
export function challengeOf(auth: CompiledAuth): string | undefined {
  return auth.kind === 'none' ? undefined : auth.challenge
}

function apiKey(auth: Extract<OpenListenerAuth, { kind: 'api_key' }>): KeyedAuth {
  const name = auth.in === 'header' ? auth.name.toLowerCase() : auth.name
  return keyed(auth.keys, {
    from: { in: auth.in, name, label: auth.in === 'header' ? `The header ${auth.name}` : `The query parameter ${auth.name}` },
    read: (value) => value,
    codes: { missing: 'api_key_missing', wrong: 'api_key_wrong' },
    challenge: `ApiKey realm="listener", in="${auth.in}", name="${auth.name}"`,
  })
}

const authorization = { in: 'header', name: 'authorization', label: 'The header Authorization' } as const

function bearer(tokens: readonly string[]): KeyedAuth {
  return keyed(tokens, {
    from: authorization,
    read: (value) => /^bearer +(\S+) *$/i.exec(value)?.[1],
    codes: { missing: 'bearer_missing', wrong: 'bearer_wrong' },
    challenge: 'Bearer realm="listener"',
  })
}

function basic(username: string, password: string): KeyedAuth {
  return keyed([`${username}:${password}`], {
    from: authorization,
    read(value) {
      const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(value)?.[1]
      return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8')
    },
    codes: { missing: 'basic_missing', wrong: 'basic_wrong' },
    challenge: 'Basic realm="listener", charset="UTF-8"',
  })
}

function keyed(secrets: readonly string[], rest: Omit<KeyedAuth, 'kind' | 'digests' | 'credentials'>): KeyedAuth {
  const digests = secrets.map(digest)
  // The digest of a digest: short enough to be a name, and no help in guessing the secret.
  return { kind: 'keyed', ...rest, digests, credentials: digests.map((own) => digest(own.toString('hex')).toString('hex').slice(0, 16)) }
}

function preset(secrets: readonly string[], system: System): AuthCompilation {
  switch (system.scheme.kind) {
    case 'hmac':
      return hmac(system.scheme, secrets)
    case 'signed':
      return signed(system.scheme.profiles, secrets)
    case 'none': {
      const message = `The system ${system.title} has no scheme of its own: choose api_key, bearer, basic, hmac or none.`
      return { ok: false, faults: [{ pointer: '/auth/kind', message, code: 'invalid' }] }
    }
  }
}

function signed(profiles: readonly SigningProfile[], secrets: readonly string[]): AuthCompilation {
  const prepared = secrets.map((secret) => prepareKey(profiles[0]!, secret))
  const faults = prepared.flatMap((one, i) => (one.ok ? [] : [secretFault(i, one.detail)]))
  if (faults.length > 0) return { ok: false, faults }
  const keys = prepared.flatMap((one) => (one.ok ? [one.key] : []))
  return compiled({ kind: 'signed', profiles, keys, challenge: 'Signature realm="listener", header="webhook-signature"' })
}

function hmac(scheme: Omit<HmacScheme, 'kind'>, secrets: readonly string[]): AuthCompilation {
  const keys = secrets.map((secret) => readKey(secret, scheme.keyEncoding))
  const faults = keys.flatMap((key, i) => (key === undefined ? [secretFault(i, `The secret is not ${scheme.keyEncoding}.`)] : []))
  if (faults.length > 0) return { ok: false, faults }
  return compiled({
    kind: 'hmac',
    header: scheme.header.toLowerCase(),
    algorithm: scheme.algorithm,
    encoding: scheme.encoding,
    prefix: scheme.prefix,
    timestamp: scheme.timestamp && { ...scheme.timestamp, header: scheme.timestamp.header.toLowerCase() },
    parts: readSignedString(scheme.signedString),
    keys: keys.flatMap((key) => key ?? []),
    challenge: `Signature realm="listener", header="${scheme.header}"`,
  })
}

/** Strict, where `Buffer` skips what it does not know; undefined also for a key of no bytes, with which anybody could sign. */
function readKey(secret: string, encoding: HmacScheme['keyEncoding']): KeyObject | undefined {
  switch (encoding) {
    case 'utf8':
      return secret === '' ? undefined : createSecretKey(Buffer.from(secret))
    case 'hex':
      return /^(?:[0-9a-fA-F]{2})+$/.test(secret) ? createSecretKey(Buffer.from(secret, 'hex')) : undefined
    case 'base64':
    case 'whsec': {
      if (encoding === 'base64' && secret.startsWith('whsec_')) return undefined
      const prepared = prepareKey('standard', secret)
      return prepared.ok && prepared.key.kind === 'hmac' ? prepared.key.key : undefined
    }
  }
}

function secretFault(index: number, message: string): FieldFault {
  return { pointer: `/auth/secrets/${index}`, message, code: 'invalid' }
}

function compiled(auth: CompiledAuth): AuthCompilation {
  return { ok: true, auth }
}
