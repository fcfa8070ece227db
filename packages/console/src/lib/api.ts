import { Posthorn, PosthornError } from '@posthorn/sdk'

let key: string | null = null

/** The portal speaks with the key that its link was exchanged for, and never with the session that the same browser may have here. */
export function speakWith(next: string | null): void {
  key = next
}

const send: typeof fetch = (url, init) =>
  key === null
    ? fetch(url, init)
    : fetch(url, { ...init, headers: { ...init?.headers, authorization: `Bearer ${key}` }, credentials: 'omit' })

/** The API of the server that served this page. In the console the browser's session speaks for the person, so there is no key. */
export const api = new Posthorn({ token: null, serverUrl: globalThis.location?.origin ?? 'http://localhost', fetch: send })

/** Whether trying again by itself cannot help: what is not there, not allowed or not understood. */
export function isFinal(error: unknown): boolean {
  return error instanceof PosthornError && error.status !== null && error.status >= 400 && error.status < 500
}

/** Whether the person has to sign in (again). */
export function needsSignIn(error: unknown): boolean {
  return error instanceof PosthornError && error.status === 401
}
