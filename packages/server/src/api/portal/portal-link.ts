import { hash } from 'node:crypto'
import type { Random } from '#platform'
import type { StoredPortalLink } from '#store'

const TOKEN_BYTES = 32
/** Whoever asked for it sends somebody there at once. */
const LIFE_MS = 3_600_000

/** A link that hands on what a key may, once: its row, which knows the digest only, and its token. */
export function newPortalLink(
  { random, now }: { readonly random: Random; readonly now: number },
  key: { readonly id: string; readonly expires_at: number | null },
): { readonly row: StoredPortalLink; readonly token: string } {
  const token = `php_${Buffer.from(random.fill(new Uint8Array(TOKEN_BYTES))).toString('base64url')}`
  const expires_at = Math.min(now + LIFE_MS, key.expires_at ?? Infinity)
  return { row: { hash: portalLinkDigest(token), key_id: key.id, created_at: now, expires_at, used_at: null }, token }
}

export function portalLinkDigest(token: string): string {
  return hash('sha256', token)
}

/** Behind the #, so that it stands in no log of a server or proxy, nor in a Referer. */
export function portalUrl(apiUrl: string, token: string): string {
  return `${apiUrl.replace(/\/+$/, '')}/portal#${token}`
}
