import { hash } from 'node:crypto'
import type { Random } from '#platform'

/** A session ends so long after its sign-in, and so long after its last use. */
const SESSION_MS = 30 * 24 * 3_600_000
const IDLE_MS = 7 * 24 * 3_600_000

const TOKEN_BYTES = 32

/** When a session that is used at `now` will have ended. */
export function sessionEnd(createdAt: number, now: number): number {
  return Math.min(createdAt + SESSION_MS, now + IDLE_MS)
}

/** The text of a new session: 256 random bits. Only its digest is kept. */
export function makeSessionToken(random: Random): string {
  return Buffer.from(random.fill(new Uint8Array(TOKEN_BYTES))).toString('base64url')
}

export function sessionDigest(token: string): string {
  return hash('sha256', token)
}

/** A cookie of this server, and of no page: scripts do not see it. */
interface HostCookie {
  readonly name: string
  readonly value: string
  readonly sameSite: 'Lax' | 'Strict'
  readonly lifeSeconds: number
}

/** The header that sets a cookie. */
export function hostCookie({ name, value, sameSite, lifeSeconds }: HostCookie, apiUrl: string): string {
  const secure = isSecure(apiUrl) ? '; Secure' : ''
  return `${cookieName(name, apiUrl)}=${value}; Path=/; HttpOnly; SameSite=${sameSite}; Max-Age=${lifeSeconds}${secure}`
}

/** The value of one of our cookies that a request shows, if any. */
export function cookieIn(cookies: string | undefined, of: string, apiUrl: string): string | undefined {
  if (cookies === undefined) return undefined
  const name = cookieName(of, apiUrl)
  for (const pair of cookies.split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim() || undefined
  }
  return undefined
}

/**
 * `__Host-` where TLS is: then no other host, subdomain or plain connection can set or overwrite it. Without TLS a browser keeps no such
 * cookie, so on this machine's own plain address it goes without.
 */
function cookieName(name: string, apiUrl: string): string {
  return isSecure(apiUrl) ? `__Host-${name}` : name
}

function isSecure(apiUrl: string): boolean {
  return apiUrl.startsWith('https:')
}

/** The session's token that a request shows, if any. */
export function tokenIn(cookies: string | undefined, apiUrl: string): string | undefined {
  return cookieIn(cookies, 'posthorn', apiUrl)
}

/** The header that begins a session, or (null) ends it. */
export function setCookie(token: string | null, apiUrl: string): string {
  const lifeSeconds = token === null ? 0 : SESSION_MS / 1000
  return hostCookie({ name: 'posthorn', value: token ?? '', sameSite: 'Lax', lifeSeconds }, apiUrl)
}
