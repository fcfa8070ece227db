import type { endpointOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { endpointJson } from './endpoint-row.ts'
import { existingEndpoint } from './find-endpoint.ts'

export function listEndpoints({ store }: ApiDeps, { application, query }: Call<typeof endpointOperations.list>): Promise<Answer> {
  return listPage(query, {
    kind: 'ep',
    by: 'id',
    read: (rows) => store.queries.endpoints.list(application.id, rows),
    item: endpointJson,
  })
}

export async function getEndpoint(_: ApiDeps, { application, params }: Call<typeof endpointOperations.get>): Promise<Answer> {
  return { status: 200, body: endpointJson(existingEndpoint(application, params)) }
}
