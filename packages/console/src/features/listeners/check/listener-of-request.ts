import type { AuthForm } from '../auth-fields.tsx'
import type { ExpectedRow } from '../expected-rows.tsx'
import type { PastedRequest } from './pasted-request.ts'

/** What a form for a listener can be filled with from one of its requests. */
export interface ListenerOfRequest {
  readonly method: PastedRequest['method']
  readonly suffix: string
  /** How it proves where it comes from, where that can be seen. */
  readonly auth: Partial<AuthForm> | undefined
  readonly headers: readonly ExpectedRow[]
  readonly query: readonly ExpectedRow[]
  readonly body: string
}

/** What each client sends by itself says nothing about what is expected. */
const passedBy = /^(host|user-agent|accept|accept-encoding|connection|content-length|content-type|authorization|cookie)$/i

export function listenerOfRequest({ method, path, query, headers, body }: PastedRequest): ListenerOfRequest {
  const auth = authOfHeaders(headers)
  const rows = Object.entries(headers)
    .filter(([name]) => !passedBy.test(name) && name !== auth?.name)
    .map(([name, values]) => ({ name, value: values[0] ?? '' }))
  const last = (path ?? '').split('/').findLast((part) => part !== '')
  return {
    ...{ method, auth, headers: rows, body: laidOut(body) },
    suffix: last === undefined ? '' : `/${last}`,
    query: [...new URLSearchParams(query ?? '')].map(([name, value]) => ({ name, value })),
  }
}

function authOfHeaders(headers: PastedRequest['headers']): Partial<AuthForm> | undefined {
  const entries = Object.entries(headers).map(([name, values]) => [name, values[0] ?? ''] as const)
  const [, authorization = ''] = entries.find(([name]) => /^authorization$/i.test(name)) ?? []
  const [, scheme = '', credential = ''] = /^(\w+) +(.+)$/.exec(authorization) ?? []
  if (/^bearer$/i.test(scheme)) return { kind: 'bearer', secret: credential }
  if (/^basic$/i.test(scheme)) {
    const [username = '', ...password] = decoded(credential).split(':')
    return { kind: 'basic', username, secret: password.join(':') }
  }
  // A signature is not its secret; a key is.
  const [signature] = entries.find(([name]) => /signature|hmac/i.test(name)) ?? []
  if (signature !== undefined) return { kind: 'hmac', name: signature, secret: '' }
  const key = entries.find(([name]) => /key|token|secret/i.test(name))
  return key && { kind: 'api_key', name: key[0], secret: key[1] }
}

function decoded(base64: string): string {
  try {
    return atob(base64)
  } catch {
    return ''
  }
}

/** The example of a structure is JSON; anything else is none. */
function laidOut(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return ''
  }
}
