import { createHash, createHmac } from 'node:crypto'
import { headerWire, sign, type OpenListenerAuth } from '#domain'
import { readHeaders } from '../request/headers.ts'
import { readQuery } from '../request/query.ts'
import { schemeData, secretsOf, settingsOf } from '../schemes/compile-auth.ts'
import type { SchemeData } from '../schemes/registry.ts'
import { replaceSetting } from '../schemes/settings.ts'
import { BodyFields } from '../schemes/signed/body-fields.ts'
import { readOptions } from '../schemes/signed/claim.ts'
import { hmacKey } from '../schemes/signed/hmac.ts'
import type { SignedOptions, TimeRule } from '../schemes/signed/options.ts'
import { signedBytes, type SignedPart, type SignedSource } from '../schemes/signed/signed-string.ts'
import type { System } from '../systems/system.ts'
import type { RequestByHand } from './inbound-by-hand.ts'
import { privateKeyOf, signatureBy } from './private-key.ts'
import { signedToken } from './signed-token.ts'
import { NO_SECRET, unproved, type Unproved } from './unproved.ts'

/** What a request shows so that it is taken: headers by name, and a parameter of the query. */
interface Shown {
  readonly headers: Readonly<Record<string, string>>
  readonly parameter?: { readonly name: string; readonly value: string }
}

interface Proving {
  readonly request: RequestByHand
  /** As some systems sign it. */
  readonly url: string
}

export type Proved = { readonly ok: true; readonly request: RequestByHand } | ({ readonly ok: false } & Unproved)

/**
 * The request with the proof that its sender would have given, made anew: with the newest secret of the listener, or where that is a public
 * key, with the private one that somebody gives for this once.
 */
export async function proved(proving: Proving, auth: OpenListenerAuth, system: System, signKey: string | undefined): Promise<Proved> {
  const secrets = { secret: secretsOf(auth)[0]?.text, signKey, settings: settingsOf(auth) }
  const shown = await shownBy(schemeData(auth, system), { ...proving, ...secrets })
  if ('message' in shown) return { ok: false, ...shown }
  const { request } = proving
  const { headers, parameter } = shown
  const replaced = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const kept = pairsOf(request.rawHeaders).filter(([name]) => !replaced.has(name.toLowerCase()))
  const made = {
    ...request,
    rawHeaders: [...kept, ...Object.entries(headers).map(([name, value]) => [name, headerWire(value)] as const)].flat(),
    query: parameter === undefined ? request.query : withParameter(request.query, parameter),
  }
  return { ok: true, request: made }
}

interface Secret extends Proving {
  readonly secret: string | undefined
  readonly signKey: string | undefined
  readonly settings: Readonly<Record<string, string>>
}

async function shownBy(data: SchemeData, { secret, signKey, ...proving }: Secret): Promise<Shown | Unproved> {
  switch (data.kind) {
    case 'none':
    case 'token':
      return { headers: {} }
    case 'mtls':
    case 'certificate':
      return unproved('Requests of this listener are proved by a certificate, which only its sender has.')
    case 'ed25519':
    case 'ecdsa':
    case 'rsa': {
      const key = privateKeyOf(signKey, data.kind === 'ecdsa' ? 'ec' : data.kind)
      return 'message' in key ? key : signed(data, { ...proving, digest: (bytes) => signatureBy(data, key, bytes) })
    }
    case 'jwt': {
      const token = await signedToken(data, { ...proving, secret, signKey })
      if (typeof token !== 'string') return token
      return { headers: { [data.header]: data.header.toLowerCase() === 'authorization' ? `Bearer ${token}` : token } }
    }
    default:
      return secret === undefined ? NO_SECRET : shownWith(data, { ...proving, secret })
  }
}

type Shared = Extract<SchemeData, { kind: 'api_key' | 'bearer' | 'basic' | 'standard_webhooks' | 'hmac' | 'hash' }>

/** Of what both sides know. */
function shownWith(
  data: Shared,
  { secret, ...proving }: Omit<Secret, 'secret' | 'signKey'> & { readonly secret: string },
): Shown | Unproved {
  const { request, settings } = proving
  switch (data.kind) {
    case 'api_key':
      return data.in === 'header' ? { headers: { [data.name]: secret } } : { headers: {}, parameter: { name: data.name, value: secret } }
    case 'bearer':
      return { headers: { authorization: `Bearer ${secret}` } }
    case 'basic': {
      const pair = `${replaceSetting(data.username, settings)}:${secret}`
      return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } }
    }
    case 'standard_webhooks': {
      const timestampSeconds = Math.floor(request.receivedAt / 1000)
      return { headers: sign({ profile: data.profiles[0]!, secrets: [secret], id: request.id, timestampSeconds, body: request.body }) }
    }
    case 'hmac': {
      const key = hmacKey(secret, data.keyEncoding)
      if (key === undefined) return NO_SECRET
      return signed(data, { ...proving, digest: (bytes) => createHmac(data.algorithm, key).update(bytes).digest() })
    }
    case 'hash':
      return signed(data, { ...proving, digest: (bytes) => createHash(data.algorithm).update(bytes).digest(), secret })
  }
}

interface Signing extends Omit<Secret, 'secret' | 'signKey'> {
  /** What is made of all that is signed. */
  readonly digest: (bytes: Buffer) => Buffer
  /** Where it stands in what is signed. */
  readonly secret?: string
}

/** A signature in a header, with its time beside it, in it or in none. One that stands in the URL or the body signs itself in part. */
function signed(options: SignedOptions, { request, url, settings, digest, secret = '' }: Signing): Shown | Unproved {
  const { header, timestamp, separator, pair, each } = options
  if (header === undefined || each !== undefined || timestamp?.query !== undefined || timestamp?.field !== undefined)
    return unproved('Its signature, or the time of it, stands in the URL or in the body, which would have to sign itself.')
  const { parts, encoding, prefix } = readOptions(options, settings)
  const time = timestamp === null ? '' : timeText(timestamp, request.receivedAt)
  const timed: Readonly<Record<string, string>> = timestamp?.header === undefined ? {} : { [timestamp.header]: time }
  const source = sourceOf(request, { url, time, timed })
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(bytesOf(part, source, secret))))
  const signature = `${prefix}${digest(bytes).toString(encoding)}`
  const beside = timestamp?.pair === undefined ? [] : [`${timestamp.pair}=${time}`]
  const value = pair === null ? signature : [...beside, `${pair}=${signature}`].join(separator ?? ',')
  return { headers: { ...timed, [header]: value } }
}

function sourceOf(
  request: RequestByHand,
  { url, time, timed }: { url: string; time: string; timed: Readonly<Record<string, string>> },
): SignedSource {
  const { method, path, query, body, receivedAt } = request
  const names = new Set(Object.keys(timed).map((name) => name.toLowerCase()))
  const others = pairsOf(request.rawHeaders).filter(([name]) => !names.has(name.toLowerCase()))
  const headers = readHeaders([...others, ...Object.entries(timed)].flat())
  const asked = { method, url, path, query, headers, body, nowSeconds: receivedAt / 1000 }
  return { request: asked, fields: new BodyFields(asked), timestamp: time, item: undefined }
}

function bytesOf(part: SignedPart, source: SignedSource, secret: string): string | Uint8Array {
  return part.kind === 'secret' ? secret : signedBytes(part, source)
}

function timeText({ unit }: TimeRule, at: number): string {
  return unit === 'iso' ? new Date(at).toISOString() : String(unit === 'ms' ? at : Math.floor(at / 1000))
}

function pairsOf(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : []))
}

function withParameter(query: string, { name, value }: NonNullable<Shown['parameter']>): string {
  const shown = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
  const others = query.split('&').filter((one) => one !== '' && !(name in readQuery(one)))
  return [...others, shown].join('&')
}
