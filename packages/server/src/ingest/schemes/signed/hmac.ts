import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { prepareKey } from '#domain'
import type { Scheme } from '../scheme.ts'
import { canonicalBase64Secret, unsignable } from '../secret-text.ts'
import { sameSignature } from '../timing-safe.ts'
import { readOptions, type Claim, type ReadOptions } from './claim.ts'
import { asksForPlace, compileShared } from './compile-signed.ts'
import type { Digest, SignedOptions } from './options.ts'
import { signedBytes } from './signed-string.ts'

export interface HmacOptions extends SignedOptions {
  readonly algorithm: Digest
  readonly keyEncoding: 'utf8' | 'hex' | 'base64' | 'whsec'
}

/** An HMAC over the body and whatever else of the request the sender signs. */
export const hmac: Scheme<HmacOptions> = {
  secretsIn: 'secrets',
  compile(options, secrets, { kept, settings }) {
    const { keyEncoding, algorithm } = options
    const keys = secrets.map(({ text }) => (kept ? hmacKey(text, keyEncoding) : readKey(text, keyEncoding)))
    const message = `The secret is not ${keyEncoding}.`
    const faults = secrets.flatMap(({ pointer }, i) => (keys[i] === undefined ? [{ pointer, message, code: 'invalid' }] : []))
    if (faults.length > 0) return { ok: false, faults }
    const read = readOptions(options, settings)
    const fits = (key: KeyObject, claim: Claim) => fitsKey(read, algorithm, { key, claim })
    const fitting = { options: read, keys: keys.flatMap((key) => key ?? []), word: 'secret', fits } as const
    return { ok: true, scheme: compileShared(fitting, options.header) }
  },
  unmatchable: unsignable,
  keptSecret: (secret, { keyEncoding }) => (keyEncoding === 'base64' || keyEncoding === 'whsec' ? canonicalBase64Secret(secret) : secret),
  asksFor: asksForPlace,
}

/** The key of a secret that is kept; undefined if it is none. */
export function hmacKey(secret: string, encoding: HmacOptions['keyEncoding']): KeyObject | undefined {
  return readKey(secret, encoding) ?? keptKey(secret, encoding)
}

/** Strict, where `Buffer` skips what it does not know; undefined also for a key of no bytes, with which anybody could sign. */
function readKey(secret: string, encoding: HmacOptions['keyEncoding']): KeyObject | undefined {
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

/** Earlier versions took base64 of any length, with any padding, for what `Buffer` makes of it, and senders sign with that. */
function keptKey(secret: string, encoding: HmacOptions['keyEncoding']): KeyObject | undefined {
  if (encoding !== 'base64' && encoding !== 'whsec') return undefined
  const text = encoding === 'whsec' ? secret.replace(/^whsec_/, '') : secret
  const bytes = Buffer.from(/^[A-Za-z0-9+/]+={0,2}$/.exec(text)?.[0] ?? '', 'base64')
  return bytes.length === 0 ? undefined : createSecretKey(bytes)
}

function fitsKey({ encoding, parts }: ReadOptions, algorithm: Digest, { key, claim }: { key: KeyObject; claim: Claim }): boolean {
  if (claim.signatures.length === 0) return false
  const mac = createHmac(algorithm, key)
  for (const part of parts) mac.update(signedBytes(part, claim.source))
  const expected = mac.digest(encoding)
  let matched = false
  for (const one of claim.signatures) if (sameSignature(one, expected)) matched = true
  return matched
}
