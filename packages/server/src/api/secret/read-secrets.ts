import type { SecretOut, secretOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApplicationSnapshot, StoredSecret } from '#store'
import type { ApiDeps } from '../deps.ts'
import { fitsText, listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'

export function listSecrets({ store }: ApiDeps, { application, query }: Call<typeof secretOperations.list>): Promise<Answer> {
  return listPage(query, {
    kind: 'secret',
    by: 'name',
    item: secretJson,
    read: (rows) => store.queries.secrets.list(application.id, rows),
    fits: fitsText<StoredSecret>(query.text, ({ name }) => [name]),
  })
}

export async function getSecret(_: ApiDeps, { application, params }: Call<typeof secretOperations.get>): Promise<Answer> {
  return { status: 200, body: secretJson(existingSecret(application, params)) }
}

export function existingSecret(application: ApplicationSnapshot, params: Readonly<Record<string, string>>): Readonly<StoredSecret> {
  const secret = application.secrets.find(({ name }) => name === params['secret_name'])
  if (!secret) throw new AppError('not_found')
  return secret
}

export function secretJson(row: Pick<StoredSecret, 'name' | 'last4' | 'created_at' | 'updated_at'>): SecretOut {
  const { name, last4, created_at, updated_at } = row
  return { name, last4, createdAt: new Date(created_at).toISOString(), updatedAt: new Date(updated_at).toISOString() }
}
