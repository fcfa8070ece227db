import { firstHeader, type Headers } from '../request/headers.ts'

/** What the Origin of a request means for a listener. */
export type OriginCheck =
  /** None is sent, as by servers, or the listener does not check. */
  | { readonly kind: 'unchecked' }
  | { readonly kind: 'allowed'; readonly origin: string }
  | { readonly kind: 'refused'; readonly origin: string }

/** An empty list means no check and no CORS headers. `null`, which sandboxed documents send, is never on a list. */
export function checkOrigin(headers: Headers, allowed: readonly string[]): OriginCheck {
  const origin = firstHeader(headers, 'origin')
  if (allowed.length === 0 || origin === undefined) return { kind: 'unchecked' }
  return headers['origin']!.length === 1 && allowed.includes(origin) ? { kind: 'allowed', origin } : { kind: 'refused', origin }
}

/** What says of our own answers when to come again and how to name one, which a page does not see unless it is told so. */
const EXPOSED = 'Posthorn-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset'

/** The headers that let a page of an allowed origin read the answer. Never `*`, never credentials. */
export function corsHeaders(check: OriginCheck, allowed: readonly string[]): Readonly<Record<string, string>> {
  if (check.kind === 'allowed')
    return { 'Access-Control-Allow-Origin': check.origin, 'Access-Control-Expose-Headers': EXPOSED, Vary: 'Origin' }
  return allowed.length > 0 ? { Vary: 'Origin' } : {}
}

type ReplyHeaders = Readonly<Record<string, string | readonly string[]>>

/**
 * The headers of a reply with those of the listener's list. Of who may read it the list decides, because a browser takes one word for that
 * and refuses two; what else a reply exposes or varies by stands beside ours.
 */
export function withCors(own: ReplyHeaders, cors: Readonly<Record<string, string>>): ReplyHeaders {
  const merged: Record<string, string | readonly string[]> = {}
  for (const [name, value] of Object.entries(own)) {
    if (name.toLowerCase() !== 'access-control-allow-origin') merged[name.toLowerCase()] = value
  }
  for (const [name, value] of Object.entries(cors)) merged[name.toLowerCase()] = [merged[name.toLowerCase()] ?? [], value].flat()
  return merged
}

export interface PreflightTarget {
  readonly methods: readonly string[]
  readonly allowedOrigins: readonly string[]
}

export type Preflight =
  /** OPTIONS that asks for nothing, or a path whose listeners have no list: only `Allow`. */
  | { readonly kind: 'plain' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'allowed'; readonly headers: Readonly<Record<string, string>> }

const HEADER_LIST = /^[!#$%&'*+\-.^_`|~0-9A-Za-z, \t]{1,2000}$/

/** Answers a browser's question before it sends: for the listeners of one path together, each with its own origins. */
export function preflight(headers: Headers, targets: readonly PreflightTarget[]): Preflight {
  const origin = firstHeader(headers, 'origin')
  const method = firstHeader(headers, 'access-control-request-method')
  if (origin === undefined || method === undefined || targets.every((target) => target.allowedOrigins.length === 0))
    return { kind: 'plain' }
  const open = targets.filter((target) => target.allowedOrigins.includes(origin))
  if (open.length === 0) return { kind: 'refused' }
  // Another method than these is refused by the browser, which then says so to whoever wrote the page.
  const methods = [...new Set(open.flatMap((target) => target.methods))]
  const wanted = firstHeader(headers, 'access-control-request-headers')
  return {
    kind: 'allowed',
    headers: {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Methods': methods.join(', '),
      ...(wanted !== undefined && HEADER_LIST.test(wanted) && { 'Access-Control-Allow-Headers': wanted }),
      'Access-Control-Max-Age': '600',
      Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    },
  }
}
