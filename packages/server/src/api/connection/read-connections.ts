import type { connectionOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { connectionJson, existingConnection } from './connection-json.ts'

export function listConnections({ store }: ApiDeps, { application, query }: Call<typeof connectionOperations.list>): Promise<Answer> {
  const read = (rows: Parameters<typeof store.queries.connections.list>[1]) => store.queries.connections.list(application.id, rows)
  return listPage(query, { kind: 'connection', by: 'name', read, item: (row) => connectionJson(row, application.secrets) })
}

export async function getConnection(_: ApiDeps, { application, params }: Call<typeof connectionOperations.get>): Promise<Answer> {
  return { status: 200, body: connectionJson(existingConnection(application, params), application.secrets) }
}
