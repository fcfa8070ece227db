import type { keyOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApiKeyTable } from '#store'
import type { ApiDeps } from '../deps.ts'
import { listPage, rowsOfPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { keyJson } from './key-row.ts'

export async function listKeys({ store, config }: ApiDeps, { query }: Call<typeof keyOperations.list>): Promise<Answer> {
  let rows = store.db.selectFrom('api_key').selectAll()
  if (!query.include_revoked) rows = rows.where('revoked_at', 'is', null)
  if (query.kind !== undefined) rows = rows.where('kind', '=', query.kind)
  if (query.application !== undefined) {
    const application = await config.application(query.application)
    rows = rows.where('application_id', '=', application?.id ?? query.application)
  }
  return listPage(query, { kind: 'key', by: 'id', read: (page) => rowsOfPage(rows, 'id', page), item: keyJson })
}

export async function getKey(deps: ApiDeps, { params }: Call<typeof keyOperations.get>): Promise<Answer> {
  return { status: 200, body: keyJson(await existingKey(deps, params)) }
}

/** The key that the path names. */
export async function existingKey({ store }: ApiDeps, params: Readonly<Record<string, string>>): Promise<ApiKeyTable> {
  const row = await store.db.selectFrom('api_key').selectAll().where('id', '=', params['key_id']!).executeTakeFirst()
  if (!row) throw new AppError('not_found')
  return row
}
