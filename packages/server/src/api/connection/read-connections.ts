import type { connectionOperations } from '@posthorn/contract'
import type { StoredConnection } from '#store'
import type { ApiDeps } from '../deps.ts'
import { fitsText, listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { callersOf, shownCallers } from './callers.ts'
import { connectionJson, existingConnection } from './connection-json.ts'

export async function listConnections({ store }: ApiDeps, { application, query }: Call<typeof connectionOperations.list>): Promise<Answer> {
  const callers = await callersOf(application)
  return listPage(query, {
    kind: 'connection',
    by: 'name',
    read: (rows) => store.queries.connections.list(application.id, rows),
    item: (row) => ({ ...connectionJson(row, application.secrets), calledBy: shownCallers(callers.get(row.name)) }),
    fits: fitsText<StoredConnection>(query.text, ({ name, base_url }) => [name, base_url]),
  })
}

export async function getConnection(_: ApiDeps, { application, params }: Call<typeof connectionOperations.get>): Promise<Answer> {
  const row = existingConnection(application, params)
  const callers = await callersOf(application)
  return { status: 200, body: { ...connectionJson(row, application.secrets), calledBy: shownCallers(callers.get(row.name)) } }
}
