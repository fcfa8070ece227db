import type { keyOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredApiKey } from '#store'
import type { ApiDeps } from '../deps.ts'
import { fitsText, listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { keyJson } from './key-row.ts'

export async function listKeys({ store, config }: ApiDeps, { query }: Call<typeof keyOperations.list>): Promise<Answer> {
  const named = query.application === undefined ? undefined : await config.application(query.application)
  const filter = { revoked: query.include_revoked, kind: query.kind, application: named?.id ?? query.application }
  return listPage(query, {
    kind: 'key',
    by: 'id',
    item: keyJson,
    read: (rows) => store.queries.keys.list(filter, rows),
    fits: fitsText<StoredApiKey>(query.text, ({ id, name, last4 }) => [id, name, last4]),
  })
}

export async function getKey(deps: ApiDeps, { params }: Call<typeof keyOperations.get>): Promise<Answer> {
  return { status: 200, body: keyJson(await existingKey(deps, params)) }
}

/** The key that the path names. */
export async function existingKey({ store }: ApiDeps, params: Readonly<Record<string, string>>): Promise<StoredApiKey> {
  const row = await store.queries.keys.find(params['key_id']!)
  if (!row) throw new AppError('not_found')
  return row
}
