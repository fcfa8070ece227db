import { hash } from 'node:crypto'
import { belonging } from '#domain'
import type { Random, Vault } from '#platform'
import { cookieIn, hostCookie } from '../session-cookie.ts'

/** So long somebody may take at the provider's. */
const LIFE_MS = 10 * 60_000
const RANDOM_BYTES = 32

/** A sign-in that one browser began, and that only it can complete. */
export interface BegunSignIn {
  readonly provider: string
  readonly state: string
  readonly nonce: string
  /** Of PKCE (RFC 7636): who redeems the code shows that it asked for it. */
  readonly verifier: string
  readonly expiresAt: number
}

export function newSignIn({ random, now }: { readonly random: Random; readonly now: number }, provider: string): BegunSignIn {
  const text = () => Buffer.from(random.fill(new Uint8Array(RANDOM_BYTES))).toString('base64url')
  return { provider, state: text(), nonce: text(), verifier: text(), expiresAt: now + LIFE_MS }
}

export function challengeOf({ verifier }: BegunSignIn): string {
  return hash('sha256', verifier, 'base64url')
}

/**
 * The browser keeps it, sealed: so a sign-in may end at another process than it began at, and what nobody completes leaves nothing behind.
 * `Strict`: the page that completes it is ours, so nobody else's call ever carries it.
 */
export function signInCookie(vault: Pick<Vault, 'seal'>, begun: BegunSignIn, apiUrl: string): string {
  const sealed = vault.seal(JSON.stringify(begun), belonging.begunSignIn)
  return hostCookie({ name: 'posthorn-sign-in', value: sealed, sameSite: 'Strict', lifeSeconds: LIFE_MS / 1000 }, apiUrl)
}

/** What this browser began, whatever became of it since. */
export function begunIn(vault: Pick<Vault, 'textIfOpen'>, cookies: string | undefined, apiUrl: string): BegunSignIn | undefined {
  const sealed = cookieIn(cookies, 'posthorn-sign-in', apiUrl)
  const text = sealed === undefined ? undefined : vault.textIfOpen(sealed, belonging.begunSignIn)
  return text === undefined ? undefined : (JSON.parse(text) as BegunSignIn)
}
