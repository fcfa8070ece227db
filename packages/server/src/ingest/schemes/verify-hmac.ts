import { createHmac, type KeyObject } from 'node:crypto'
import { canonicalSignature, staleWords, unitSlip } from '#domain'
import { onlyHeader } from '../request/headers.ts'
import type { HmacAuth } from './compile-auth.ts'
import { sameText } from './timing-safe.ts'
import type { Verification, VerifyRequest } from './verify.ts'

/** A piece of what was signed: text as it is, the body's bytes, or a value of the request. */
export type SignedPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'body' | 'timestamp' | 'method' | 'url' | 'path' }

/** Reads `{timestamp}.{body}`; the contract has refused unknown names, so what is left in braces is literal text. */
export function readSignedString(text: string): readonly SignedPart[] {
  return text
    .split(/(\{(?:body|timestamp|method|url|path|header:[^{}]+)\})/)
    .filter((piece) => piece !== '')
    .map((piece): SignedPart => {
      const name = piece.startsWith('{') && piece.endsWith('}') ? piece.slice(1, -1) : undefined
      if (name?.startsWith('header:')) return { kind: 'header', name: name.slice('header:'.length).toLowerCase() }
      if (name === 'body' || name === 'timestamp' || name === 'method' || name === 'url' || name === 'path') return { kind: name }
      return { kind: 'literal', text: piece }
    })
}

/**
 * The signature is read in each spelling that its encoding allows (RFC 4648) and compared in the canonical one, so what counts are its
 * bytes. Staleness is told last: then it means a late or repeated request, never a wrong secret.
 */
export function verifyHmac(auth: HmacAuth, request: VerifyRequest): Verification {
  const presented = onlyHeader(request.headers, auth.header)
  if (presented === 'missing') return { ok: false, code: 'signature_missing', detail: `The header ${auth.header} is missing.` }
  if (presented === 'repeated')
    return { ok: false, code: 'signature_malformed', detail: `The header ${auth.header} is given more than once.` }
  if (!presented.value.startsWith(auth.prefix)) {
    return { ok: false, code: 'signature_malformed', detail: `The header ${auth.header} does not begin with "${auth.prefix}".` }
  }
  const time = readTimestamp(auth, request)
  if (!time.ok) return time
  const encoding = auth.encoding === 'hex' ? 'hex' : 'base64'
  const signature = canonicalSignature(presented.value.slice(auth.prefix.length), encoding)
  let matched = false
  for (const key of auth.keys)
    if (signature !== undefined && sameText(signature, mac(auth, key, { request, timestamp: time.text, encoding }))) matched = true
  if (!matched) return { ok: false, code: 'signature_mismatch', detail: mismatch(auth) }
  if (auth.timestamp !== null && !(Math.abs(request.nowSeconds - time.seconds) <= auth.timestamp.toleranceSeconds)) {
    return { ok: false, code: 'timestamp_stale', detail: stale(auth.timestamp, request.nowSeconds, time.seconds) }
  }
  return { ok: true, credential: null, signedId: null }
}

interface Macing {
  readonly request: VerifyRequest
  readonly timestamp: string
  readonly encoding: 'hex' | 'base64'
}

function mac(auth: HmacAuth, key: KeyObject, { request, timestamp, encoding }: Macing): string {
  const hmac = createHmac(auth.algorithm, key)
  for (const part of auth.parts) hmac.update(partOf(part, request, timestamp))
  return hmac.digest(encoding)
}

function partOf(part: SignedPart, request: VerifyRequest, timestamp: string): string | Uint8Array {
  switch (part.kind) {
    case 'literal':
      return part.text
    case 'body':
      return request.body
    case 'timestamp':
      return timestamp
    case 'header':
      // Its bytes, whatever they mean.
      return Buffer.from(request.headers[part.name]?.join(', ') ?? '', 'latin1')
    case 'method':
    case 'url':
    case 'path':
      return request[part.kind]
  }
}

type Time = { readonly ok: true; readonly text: string; readonly seconds: number } | Extract<Verification, { ok: false }>

/** Digits only, no sign and no leading zero: the text itself is signed, so there must be one way to write a time. */
const DIGITS = /^(?:0|[1-9]\d{0,15})$/
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

function readTimestamp(auth: HmacAuth, request: VerifyRequest): Time {
  if (auth.timestamp === null) return { ok: true, text: '', seconds: 0 }
  const { header, unit } = auth.timestamp
  const found = onlyHeader(request.headers, header)
  if (found === 'missing') return { ok: false, code: 'timestamp_missing', detail: `The header ${header} is missing.` }
  const malformed = { ok: false, code: 'timestamp_malformed', detail: `The header ${header} does not hold one time.` } as const
  if (found === 'repeated') return malformed
  const text = found.value
  if (!(unit === 'iso' ? ISO : DIGITS).test(text)) return malformed
  const seconds = unit === 'iso' ? Date.parse(text) / 1000 : unit === 'ms' ? Number(text) / 1000 : Number(text)
  return Number.isFinite(seconds) ? { ok: true, text, seconds } : malformed
}

/** Only of a time whose signature fits: so its words are for the owner of the listener, who chose the unit. */
function stale({ header, unit, toleranceSeconds }: NonNullable<HmacAuth['timestamp']>, nowSeconds: number, seconds: number): string {
  const told = `The time in ${header} is ${staleWords(nowSeconds - seconds)}; ${toleranceSeconds} s are allowed in either direction.`
  const slip = unitSlip(seconds, nowSeconds)
  if (slip === undefined) return told
  const other = unit === 's' && slip.times === 'too_large' ? 'ms' : unit === 'ms' && slip.times === 'too_small' ? 's' : undefined
  if (other === undefined) return `${told} ${slip.words}`
  return `${told} It looks like ${other === 'ms' ? 'milliseconds' : 'seconds'}: set "unit" of the timestamp to "${other}".`
}

function mismatch(auth: HmacAuth): string {
  const secrets = auth.keys.length === 1 ? 'the secret' : `any of the ${auth.keys.length} secrets`
  return `The signature does not fit the body and ${secrets}. Either the secret is another one, or the body was changed on its way.`
}
