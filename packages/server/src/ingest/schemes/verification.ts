import type { ClientCertificate } from '../http/client-certificate.ts'
import type { Headers } from '../request/headers.ts'

/** What is known of a request before its body is here. */
export interface VerifyHead {
  readonly headers: Headers
  /** As received, without the question mark. */
  readonly query: string
  /** Absent where nothing came over a connection. */
  readonly certificate?: ClientCertificate | undefined
}

/** A request as it arrived, before anything of its body was parsed. */
export interface VerifyRequest extends VerifyHead {
  readonly method: string
  /** The URL as the sender knows it: from the configured public URL, never from the Host header. */
  readonly url: string
  readonly path: string
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
  | 'token_missing'
  | 'token_wrong'
  | 'token_expired'
  | 'certificate_missing'
  | 'certificate_wrong'
  | 'verification_unavailable'
  | 'secret_unusable'

export interface Verified {
  readonly ok: true
  /** Names the key or token that matched without telling it; null where everybody is the same caller. */
  readonly credential: string | null
  /** The id that the signature covers. A header beside it could have been made up, so copies are known by this one. */
  readonly signedId: string | null
  /** Which of the secrets it fits, in the order in which they are written; null where it fits none of them. */
  readonly secret: number | null
}

export type Verification = Verified | VerificationFailure

export interface VerificationFailure {
  readonly ok: false
  readonly code: AuthFailureCode
  readonly detail: string
}

/** Of a scheme that neither tells callers apart nor signs an id. One for all: it is made for each request otherwise. */
export const PASSED: Verified = { ok: true, credential: null, signedId: null, secret: null }
/** As many as a listener may have. */
const PASSED_BY: readonly Verified[] = Array.from({ length: 10 }, (_, secret) => ({ ...PASSED, secret }))

/** The same, by one of the secrets. */
export function passedBy(secret: number): Verification {
  return PASSED_BY[secret] ?? { ...PASSED, secret }
}

export const CHANGED_ON_ITS_WAY = 'the body was changed on its way (parsed and written again by a proxy)'

/** A signature that fits nothing tells nobody why: what it mostly is, for whoever has to find out. */
export function mismatched(what: string, causes: readonly [string, string, string]): VerificationFailure {
  const [first, second, third] = causes
  return failure('signature_mismatch', `${what} There are three usual causes: ${first}, ${second}, or ${third}.`)
}

export function failure(code: AuthFailureCode, detail: string): VerificationFailure {
  return { ok: false, code, detail }
}
