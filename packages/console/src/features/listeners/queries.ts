import type { ListenerListOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

export type Listener = ListenerListOut['data'][number]

export const listenerQuery = (app: string, id: string) =>
  queryOptions({ queryKey: ['listener', app, id], queryFn: () => api.listener.get(app, id) })

/** What each kind of authentication is called. A system's own is named for the system. */
export function authWords({ auth, system }: Pick<Listener, 'auth' | 'system'>): string {
  const words: Readonly<Record<string, string>> = {
    none: 'None',
    api_key: 'API key',
    bearer: 'Bearer token',
    basic: 'Basic',
    hmac: 'HMAC signature',
    jwt: 'JWT',
    preset: `${systemWords(system)} signature`,
  }
  return words[auth.kind] ?? auth.kind
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
