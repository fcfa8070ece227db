import { headerText, verify as verifySigned, type VerifyFailureCode } from '#domain'
import { onlyHeader, type Headers } from '../request/headers.ts'
import { readQuery } from '../request/query.ts'
import type { CompiledAuth, KeyedAuth, SignedAuth } from './compile-auth.ts'
import { indexOfText } from './timing-safe.ts'
import { verifyHmac } from './verify-hmac.ts'

/** A request as it arrived, before anything of its body was parsed. */
export interface VerifyRequest {
  readonly method: string
  /** The URL as the sender knows it: from the configured public URL, never from the Host header. */
  readonly url: string
  readonly path: string
  /** As received, without the question mark. */
  readonly query: string
  readonly headers: Headers
  readonly body: Uint8Array
  readonly nowSeconds: number
}

/** Reasons for which a request is refused with 401; kept with it. */
export type AuthFailureCode =
  | 'api_key_missing'
  | 'api_key_wrong'
  | 'bearer_missing'
  | 'bearer_wrong'
  | 'basic_missing'
  | 'basic_wrong'
  | 'signature_missing'
  | 'signature_malformed'
  | 'signature_mismatch'
  | 'timestamp_missing'
  | 'timestamp_malformed'
  | 'timestamp_stale'
  | 'secret_unusable'

export type Verification =
  | {
      readonly ok: true
      /** Names the key or token that matched without telling it; null where everybody is the same caller. */
      readonly credential: string | null
      /** The id that the signature covers. A header beside it could have been made up, so copies are told by this one. */
      readonly signedId: string | null
    }
  | { readonly ok: false; readonly code: AuthFailureCode; readonly detail: string }

/** Whether a request proves where it comes from. Works on raw bytes, never throws for what a sender can send, and fails closed. */
export function verify(auth: CompiledAuth, request: VerifyRequest): Verification {
  switch (auth.kind) {
    case 'none':
      return { ok: true, credential: null, signedId: null }
    case 'keyed':
      return verifyKeyed(auth, request)
    case 'hmac':
      return verifyHmac(auth, request)
    case 'signed':
      return verifyFamily(auth, request)
    case 'unusable':
      return failure('secret_unusable', auth.detail)
  }
}

/** For the kinds that need no body: api_key, bearer and basic. */
export function verifyKeyed(auth: KeyedAuth, request: Pick<VerifyRequest, 'headers' | 'query'>): Verification {
  const { from } = auth
  const presented = from.in === 'query' ? onlyParameter(request.query, from.name) : onlyHeader(request.headers, from.name)
  if (presented === 'missing') return failure(auth.codes.missing, `${from.label} is missing.`)
  if (presented === 'repeated') return failure(auth.codes.wrong, `${from.label} is given more than once.`)
  // What stands in a query is decoded already.
  const text = auth.read(from.in === 'query' ? presented.value : headerText(presented.value))
  const index = text === undefined ? -1 : indexOfText(text, auth.digests)
  if (index === -1) return failure(auth.codes.wrong, `${from.label} holds none of the values that are valid here.`)
  return { ok: true, credential: auth.credentials[index]!, signedId: null }
}

function verifyFamily(auth: SignedAuth, request: VerifyRequest): Verification {
  const { headers, body, nowSeconds } = request
  const result = verifySigned({ profile: auth.profiles, secrets: auth.keys, headers, body, nowSeconds })
  if (result.ok) return { ok: true, credential: null, signedId: result.id }
  return failure(familyCodes[result.code], result.detail)
}

const familyCodes: Readonly<Record<VerifyFailureCode, AuthFailureCode>> = {
  missing_header: 'signature_missing',
  bad_timestamp: 'timestamp_malformed',
  stale_timestamp: 'timestamp_stale',
  no_match: 'signature_mismatch',
  bad_secret: 'secret_unusable',
}

function onlyParameter(query: string, name: string): { readonly value: string } | 'missing' | 'repeated' {
  const value = readQuery(query)[name]
  if (value === undefined || value === '') return 'missing'
  return typeof value === 'string' ? { value } : 'repeated'
}

function failure(code: AuthFailureCode, detail: string): Verification {
  return { ok: false, code, detail }
}
