import findMyWay, { type HTTPMethod } from 'find-my-way'
import { AppError } from '#domain'
import type { Route } from './route.ts'

export type Found =
  | { readonly kind: 'found'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** The address is there, for other methods. */
  | { readonly kind: 'wrong_method'; readonly allow: readonly string[] }
  | { readonly kind: 'unknown' }

/** Longer than any id or uid, percent-encoded or not. */
const SEGMENT_MAX = 768
const MARKS = /[%#?]/
const ALL_MARKS = /[%#?]/g

/** Parameters as they came. */
interface Raw {
  readonly store: Route
  readonly params: Readonly<Record<string, string>>
}

/** The library wants one; operations are run by the server. */
const unused = (): void => {}

/**
 * Finds the operation of a path. Literal segments go before parameters, and a literal that is there for other methods leaves this one to
 * the parameter: an event type may be named as an operation is. A slash at the end makes no difference; what answers GET answers HEAD.
 * Segments are compared as they came, and parameters decoded after they were cut out: so a proxy that lets some paths pass reads them as we do.
 */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Found {
  const router = findMyWay({ ignoreTrailingSlash: true, maxParamLength: SEGMENT_MAX })
  for (const route of routes) {
    const { method, path } = route.operation
    router.on(method as HTTPMethod, path.replaceAll(/\{(\w+)\}/g, ':$1'), unused, route)
  }
  const methods = [...new Set(routes.map(({ operation }) => operation.method))]

  const look = (method: string, path: string): Raw | undefined => {
    const found = router.find(method as HTTPMethod, path)
    return found === null ? undefined : (found as unknown as Raw)
  }

  return (method, path) => {
    // An empty segment is no id.
    if (!path.startsWith('/') || path.includes('//')) return { kind: 'unknown' }
    const plain = shielded(path)
    // Node leaves the body out of an answer to HEAD.
    const found = look(method, plain) ?? (method === 'HEAD' ? look('GET', plain) : undefined)
    if (found !== undefined) return { kind: 'found', route: found.store, params: path.includes('%') ? decoded(found.params) : found.params }
    const allow = methods.filter((other) => look(other, plain) !== undefined)
    return allow.length === 0 ? { kind: 'unknown' } : { kind: 'wrong_method', allow: withHead(allow) }
  }
}

function withHead(methods: readonly string[]): string[] {
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}

/** The library decodes a path before it looks, and ends it at `#` and `?`; what it decodes here is the path as it came. */
function shielded(path: string): string {
  return MARKS.test(path) ? path.replaceAll(ALL_MARKS, encodeURIComponent) : path
}

function decoded(params: Raw['params']): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(params).map(([name, text]) => [name, decodeURIComponent(text)]))
  } catch {
    throw new AppError('malformed_request', { detail: 'The path is not valid percent-encoding.' })
  }
}
