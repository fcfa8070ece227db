import { belonging, secretOfConnection, type KeptConnectionAuth, type StepRequest } from '#domain'
import type { Vault } from '#platform'
import type { ApplicationSnapshot } from '#store'
import type { TokenRequest } from './tokens.ts'

/** What a connection makes of a step's request. */
export type Connected =
  | { readonly kind: 'connected'; readonly request: StepRequest; readonly token: TokenRequest | null }
  | { readonly kind: 'missing'; readonly detail: string }
  | { readonly kind: 'closed'; readonly code: string; readonly secret: string }

export interface ConnectionSource {
  readonly application: ApplicationSnapshot
  readonly vault: Vault
}

/** The request at the address of its connection, with the credentials as they are now. */
export function connect(request: StepRequest, name: string, { application: of, vault }: ConnectionSource): Connected {
  const connection = of.connections.find((one) => one.name === name)
  if (!connection) return { kind: 'missing', detail: `There is no connection "${name}".` }
  const auth = JSON.parse(connection.auth) as KeptConnectionAuth
  const secret = secretOfConnection(auth)
  const at = { ...request, url: connection.base_url.replace(/\/+$/, '') + request.url }
  if (secret === null) return { kind: 'connected', request: at, token: null }
  const row = of.secrets.find((one) => one.name === secret)
  if (!row) return { kind: 'missing', detail: `The connection "${name}" reads the secret "${secret}", which is not there.` }
  const opened = vault.openText(row.sealed, belonging.secret(of.id, secret))
  if (!opened.ok) return { kind: 'closed', code: opened.code, secret }
  return { kind: 'connected', ...authorized(at, auth, { owner: of.id, text: opened.plain }) }
}

function authorized(
  request: StepRequest,
  auth: KeptConnectionAuth,
  { owner, text }: { readonly owner: string; readonly text: string },
): { readonly request: StepRequest; readonly token: TokenRequest | null } {
  const withCredential = (name: string, value: string) => ({
    request: { ...request, headers: withHeader(request.headers, name, value) },
    token: null,
  })
  switch (auth.kind) {
    case 'none':
      return { request, token: null }
    case 'bearer':
      return withCredential('Authorization', `Bearer ${text.trim()}`)
    case 'basic':
      return withCredential('Authorization', `Basic ${Buffer.from(`${auth.username}:${text}`).toString('base64')}`)
    case 'api_key':
      return withCredential(auth.name, text)
    case 'oauth2': {
      const { tokenUrl, clientId, scope = null, audience = null, clientAuth } = auth
      return { request, token: { owner, tokenUrl, clientId, clientSecret: text, scope, audience, clientAuth } }
    }
  }
}

/** In place of one that the step gives under the same name. */
export function withHeader(headers: StepRequest['headers'], name: string, value: string): StepRequest['headers'] {
  const others = Object.entries(headers).filter(([one]) => one.toLowerCase() !== name.toLowerCase())
  return { ...Object.fromEntries(others), [name]: value }
}
