import type { FailureCode } from './failures.ts'
import { ProxyError } from './proxy-error.ts'
import { errors } from './undici.ts'

/** What a request is doing; each has its own code when the deadline ends it. `proxy` and `tunnel` are connecting too, by way of the proxy. */
export const phases = ['wait', 'dns', 'connect', 'proxy', 'tunnel', 'tls', 'firstByte', 'body'] as const
export type Phase = (typeof phases)[number]

export interface FailureFound {
  readonly code: FailureCode
  readonly detail: string
  /** Whoever was called: this machine has run out of something. */
  readonly isOurs?: boolean
}

const timeouts: Record<Phase, FailureCode> = {
  wait: 'no_free_connection',
  dns: 'dns_timeout',
  connect: 'connect_timeout',
  proxy: 'proxy_unreachable',
  tunnel: 'proxy_failed',
  tls: 'tls_timeout',
  firstByte: 'response_timeout',
  body: 'response_timeout',
}

const timeoutDetails: Record<Phase, string> = {
  wait: 'no connection had become free',
  dns: 'the name servers had not answered',
  connect: 'the host had not accepted the connection',
  proxy: 'it had not accepted the connection',
  tunnel: 'it had not answered',
  tls: 'the TLS handshake was not complete',
  firstByte: 'not one byte of the response had come',
  body: 'the response had begun but was not complete',
}

/** `proxyWorks`: the proxy opened ways to other hosts of late. */
export function timeoutOf(phase: Phase, timeoutMs: number, proxyWorks = false): FailureFound {
  const code = phase === 'tunnel' && proxyWorks ? 'proxy_no_way' : timeouts[phase]
  return { code, detail: `After ${timeoutMs} ms ${timeoutDetails[phase]}.` }
}

const byErrorCode: Readonly<Record<string, FailureCode>> = {
  ECONNREFUSED: 'connect_refused',
  CERT_HAS_EXPIRED: 'tls_expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_self_signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls_untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls_untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls_untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls_untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_wrong_host',
  // What answers is an older TLS, or not TLS at all.
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls_protocol',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'tls_protocol',
  ERR_SSL_WRONG_VERSION_NUMBER: 'tls_protocol',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'tls_protocol',
  UND_ERR_HEADERS_OVERFLOW: 'response_headers_too_large',
}

/** Out of file descriptors or memory: that is this machine's fault, not the host's. */
const outOf: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'])

/** What an error of the network or of undici means for whoever owns the address. `headSeen`: the response's head was complete. */
export function failureOf(error: unknown, phase: Phase, headSeen = false): FailureFound {
  if (error instanceof ProxyError) return failureOfProxy(error)
  if (error instanceof AggregateError) return failureOf(error.errors.at(-1), phase)
  const { code, message } = partsOf(error)
  if (outOf.has(code)) return outOfIt(message)
  return {
    code: isMalformed(error, headSeen) ? 'response_malformed' : (byErrorCode[code] ?? byPhase(phase, code)),
    detail: sentence(message),
  }
}

/** Out of file descriptors is what a proxy is no more to blame for than a host. */
function failureOfProxy({ code, message, cause }: ProxyError): FailureFound {
  return outOf.has(partsOf(cause).code) ? outOfIt(message) : { code, detail: message }
}

const outOfIt = (message: string): FailureFound => ({ code: 'no_free_connection', detail: sentence(message), isOurs: true })

function isMalformed(error: unknown, headSeen: boolean): boolean {
  // undici calls it a wrong length when the body ends early, and also when the lengths in a head contradict each other.
  if (error instanceof errors.ResponseContentLengthMismatchError) return !headSeen
  // An end of the connection between two chunks is no fault of the syntax.
  if (error instanceof errors.HTTPParserError) return !(headSeen && error.message.includes('Invalid EOF state'))
  // "bad response" and "bad upgrade" are an unasked 100 and 101.
  return error instanceof errors.SocketError && error.message.startsWith('bad ')
}

function byPhase(phase: Phase, code: string): FailureCode {
  if (phase === 'firstByte' || phase === 'body') return 'reset'
  if (phase === 'tls') return 'tls_failed'
  if (code === 'ETIMEDOUT') return 'connect_timeout'
  return code === 'ECONNRESET' ? 'reset' : 'connect_failed'
}

function partsOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) }
  return { code: 'code' in error && typeof error.code === 'string' ? error.code : '', message: error.message }
}

/** OpenSSL's messages have several lines and file names of its own source. */
function sentence(message: string): string {
  const line = message.split('\n', 1)[0]!.slice(0, 200)
  return line.endsWith('.') ? line : `${line}.`
}
