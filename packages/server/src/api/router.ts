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

/** The library wants one; operations are run by the server. */
const unused = (): void => {}

/**
 * Finds the operation of a path. Literal segments go before parameters, and a literal that is there for other methods leaves this one to
 * the parameter: an event type may be named as an operation is. A slash at the end makes no difference; what answers GET answers HEAD.
 */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Found {
  const router = findMyWay({ ignoreTrailingSlash: true, maxParamLength: SEGMENT_MAX, onBadUrl: unused })
  for (const route of routes) {
    const { method, path } = route.operation
    router.on(method as HTTPMethod, path.replaceAll(/\{(\w+)\}/g, ':$1'), unused, route)
  }
  const methods = [...new Set(routes.map(({ operation }) => operation.method))]

  const look = (method: string, path: string): Found | undefined => {
    const found = router.find(method as HTTPMethod, path)
    if (found === null) return undefined
    const { store, params } = found as { store: Route | null; params: Record<string, string> }
    if (store === null) throw new AppError('malformed_request', { detail: 'The path is not valid percent-encoding.' })
    return { kind: 'found', route: store, params }
  }

  return (method, path) => {
    // An empty segment is no id.
    if (!path.startsWith('/') || path.includes('//')) return { kind: 'unknown' }
    // Node leaves the body out of an answer to HEAD.
    const found = look(method, path) ?? (method === 'HEAD' ? look('GET', path) : undefined)
    if (found !== undefined) return found
    const allow = methods.filter((other) => look(other, path) !== undefined)
    return allow.length === 0 ? { kind: 'unknown' } : { kind: 'wrong_method', allow: withHead(allow) }
  }
}

function withHead(methods: readonly string[]): string[] {
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}
