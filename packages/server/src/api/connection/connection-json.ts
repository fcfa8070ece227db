import type { ConnectionAuth, ConnectionOut } from '@posthorn/contract'
import { AppError, connectionSecrets, type KeptConnectionAuth } from '#domain'
import type { ApplicationSnapshot, StoredConnection, StoredSecret } from '#store'

export function existingConnection(application: ApplicationSnapshot, params: Readonly<Record<string, string>>): Readonly<StoredConnection> {
  const connection = application.connections.find(({ name }) => name === params['connection_name'])
  if (!connection) throw new AppError('not_found')
  return connection
}

/** Of its secret the name, the end and the age. `secrets`: those of the application, and those that come with this change. */
export function connectionJson(
  row: Readonly<StoredConnection>,
  secrets: readonly Readonly<StoredSecret>[],
): Omit<ConnectionOut, 'calledBy'> {
  const shown = (name: string) => {
    const secret = secrets.find((one) => one.name === name)
    return { name, last4: secret?.last4 ?? '', createdAt: secret ? new Date(secret.created_at).toISOString() : '' }
  }
  return {
    name: row.name,
    baseUrl: row.base_url,
    auth: withSecret(JSON.parse(row.auth) as KeptConnectionAuth, ({ name }) => shown(name)) as ConnectionOut['auth'],
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}

/** The authentication with what `make` makes of its secret in the secret's place. */
export function withSecret(auth: KeptConnectionAuth, make: (secret: { readonly name: string }) => object): object
export function withSecret(auth: ConnectionAuth, make: (secret: string | { readonly name: string }) => object): object
export function withSecret(auth: ConnectionAuth | KeptConnectionAuth, make: (secret: never) => object): object {
  if (auth.kind === 'none') return auth
  const field = connectionSecrets[auth.kind]
  return { ...auth, [field]: make((auth as Record<string, unknown>)[field] as never) }
}
