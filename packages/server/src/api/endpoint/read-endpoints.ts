import type { endpointOperations } from '@posthorn/contract'
import type { StoredEndpoint } from '#store'
import type { ApiDeps } from '../deps.ts'
import { holdsText, listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { endpointJson } from './endpoint-row.ts'
import { existingEndpoint } from './find-endpoint.ts'

export function listEndpoints({ store }: ApiDeps, { application, query }: Call<typeof endpointOperations.list>): Promise<Answer> {
  const { text, ids, state = [] } = query
  const fits = (row: StoredEndpoint): boolean =>
    holdsText(text, [row.id, row.uid, row.description, row.url]) && (state.length === 0 || state.includes(row.state))
  return listPage(query, {
    kind: 'ep',
    by: 'id',
    read: (rows) => store.queries.endpoints.list(application.id, rows, ids),
    item: endpointJson,
    fits: text === undefined && state.length === 0 ? undefined : fits,
  })
}

export async function getEndpoint(_: ApiDeps, { application, params }: Call<typeof endpointOperations.get>): Promise<Answer> {
  return { status: 200, body: endpointJson(existingEndpoint(application, params)) }
}
