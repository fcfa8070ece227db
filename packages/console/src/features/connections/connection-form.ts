import type { ConnectionOut, ConnectionPutIn } from '@posthorn/sdk'

type Auth = ConnectionOut['auth']
type Kind = Auth['kind']

/** A connection while it is written. What another kind of authentication asks for stays while one looks at this one. */
export interface ConnectionForm {
  readonly name: string
  readonly baseUrl: string
  readonly kind: Kind
  /** Empty: the one that is kept stays. */
  readonly secret: string
  readonly username: string
  readonly header: string
  readonly tokenUrl: string
  readonly clientId: string
  readonly scope: string
  readonly audience: string
  readonly clientAuth: 'basic' | 'body'
}

const fresh: ConnectionForm = {
  ...{ name: '', baseUrl: '', kind: 'bearer', secret: '', username: '', header: 'X-API-Key' },
  ...{ tokenUrl: '', clientId: '', scope: '', audience: '', clientAuth: 'basic' },
}

export const kinds: readonly { readonly value: Kind; readonly label: string }[] = [
  { value: 'bearer', label: 'Bearer token' },
  { value: 'basic', label: 'User name and password' },
  { value: 'api_key', label: 'API Key' },
  { value: 'oauth2', label: 'OAuth2 client credentials' },
  { value: 'none', label: 'None' },
]

/** How the secret of a kind is called, and the field of the API that it goes to. */
export const secretFields: Readonly<Record<Exclude<Kind, 'none'>, { readonly label: string; readonly field: string }>> = {
  bearer: { label: 'Token', field: 'token' },
  basic: { label: 'Password', field: 'password' },
  api_key: { label: 'Key', field: 'key' },
  oauth2: { label: 'Client secret', field: 'clientSecret' },
}

export function formOf(known: ConnectionOut | undefined): ConnectionForm {
  if (known === undefined) return fresh
  const { name, baseUrl, auth } = known
  const shared = { ...fresh, name, baseUrl, kind: auth.kind }
  if (auth.kind === 'basic') return { ...shared, username: auth.username }
  if (auth.kind === 'api_key') return { ...shared, header: auth.name }
  if (auth.kind !== 'oauth2') return shared
  const { tokenUrl, clientId, scope = '', audience = '', clientAuth } = auth
  return { ...shared, tokenUrl, clientId, scope, audience, clientAuth }
}

/** The secret that stays where none is given; another kind of authentication has none yet. */
export function keptSecret(known: ConnectionOut | undefined, kind: Kind): { readonly name: string; readonly last4: string } | undefined {
  const auth = known?.auth
  if (auth?.kind !== kind) return undefined
  switch (auth.kind) {
    case 'none':
      return undefined
    case 'bearer':
      return auth.token
    case 'basic':
      return auth.password
    case 'api_key':
      return auth.key
    case 'oauth2':
      return auth.clientSecret
  }
}

/** What the API is given. */
export function connectionOf(form: ConnectionForm, known: ConnectionOut | undefined): ConnectionPutIn {
  return { baseUrl: form.baseUrl.trim(), auth: authOf(form, known) }
}

function authOf(form: ConnectionForm, known: ConnectionOut | undefined): ConnectionPutIn['auth'] {
  const { kind, username, header, clientAuth } = form
  const kept = keptSecret(known, kind)
  const secret = form.secret === '' && kept !== undefined ? { name: kept.name } : form.secret
  switch (kind) {
    case 'none':
      return { kind }
    case 'bearer':
      return { kind, token: secret }
    case 'basic':
      return { kind, username, password: secret }
    case 'api_key':
      return { kind, name: header.trim(), key: secret }
    case 'oauth2': {
      const [scope, audience] = [form.scope.trim(), form.audience.trim()]
      return {
        ...{ kind, tokenUrl: form.tokenUrl.trim(), clientId: form.clientId.trim(), clientSecret: secret, clientAuth },
        ...(scope !== '' && { scope }),
        ...(audience !== '' && { audience }),
      }
    }
  }
}
