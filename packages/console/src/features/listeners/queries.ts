import type { ListenerListOut, ListenerListQuery } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { listOf } from '../../lib/search.ts'
import type { ListenersSearch } from './search.ts'

export type Listener = ListenerListOut['data'][number]

export const listenerQuery = (app: string, id: string) =>
  queryOptions({ queryKey: ['listener', app, id], queryFn: () => api.listener.get(app, id) })

/** The filters of the address as the API has them. */
export function listenerFilter({ q, system, auth }: ListenersSearch): ListenerListQuery {
  return {
    limit: 100,
    ...(q !== undefined && { text: q }),
    ...(system !== undefined && { system: [...listOf(system)] }),
    ...(auth !== undefined && { auth: listOf(auth).filter(isAuthKind) }),
  }
}

/** What each kind of authentication is called. */
export const authKinds = [
  ['none', 'None'],
  ['preset', 'As its system signs'],
  ['api_key', 'API key'],
  ['bearer', 'Bearer token'],
  ['basic', 'Basic'],
  ['token', 'Token in the body'],
  ['mtls', 'Client certificate'],
  ['jwt', 'JWT'],
  ['hmac', 'HMAC signature'],
  ['hash', 'Hash'],
  ['ed25519', 'Ed25519 signature'],
  ['ecdsa', 'ECDSA signature'],
  ['rsa', 'RSA signature'],
] as const satisfies readonly (readonly [Listener['auth']['kind'], string])[]

const isAuthKind = (text: string): text is (typeof authKinds)[number][0] => authKinds.some(([kind]) => kind === text)

/** The same in a row: a system's own is named for the system. */
export function authWords({ auth, system }: Pick<Listener, 'auth' | 'system'>): string {
  if (auth.kind === 'preset') return `${systemWords(system)} signature`
  return authKinds.find(([kind]) => kind === auth.kind)?.[1] ?? auth.kind
}

/** `standard-webhooks` as people write it. */
export function systemWords(system: string): string {
  const names: Readonly<Record<string, string>> = {
    github: 'GitHub',
    gitlab: 'GitLab',
    paypal: 'PayPal',
    sendgrid: 'SendGrid',
    'standard-webhooks': 'Standard Webhooks',
  }
  return names[system] ?? system.replaceAll('-', ' ').replace(/^\w/, (letter) => letter.toUpperCase())
}
