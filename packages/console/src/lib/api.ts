import { Posthorn, PosthornError } from '@posthorn/sdk'

/** The API of the server that served this page. The browser's session speaks for the person, so there is no key. */
export const api = new Posthorn({ token: null, serverUrl: globalThis.location?.origin ?? 'http://localhost' })

/** Whether trying again by itself cannot help: what is not there, not allowed or not understood. */
export function isFinal(error: unknown): boolean {
  return error instanceof PosthornError && error.status !== null && error.status >= 400 && error.status < 500
}

/** Whether the person has to sign in (again). */
export function needsSignIn(error: unknown): boolean {
  return error instanceof PosthornError && error.status === 401
}
