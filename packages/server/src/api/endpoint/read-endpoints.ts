import type { endpointOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { listPage, rowsOfPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { endpointJson } from './endpoint-row.ts'
import { existingEndpoint } from './find-endpoint.ts'

export function listEndpoints({ store }: ApiDeps, { application, query }: Call<typeof endpointOperations.list>): Promise<Answer> {
  const all = store.db.selectFrom('endpoint').selectAll().where('application_id', '=', application.id)
  return listPage(query, {
    kind: 'ep',
    by: 'id',
    read: (page) => rowsOfPage(all.where('deleted_at', 'is', null), 'id', page),
    item: endpointJson,
  })
}

export async function getEndpoint(_: ApiDeps, { application, params }: Call<typeof endpointOperations.get>): Promise<Answer> {
  return { status: 200, body: endpointJson(existingEndpoint(application, params)) }
}
