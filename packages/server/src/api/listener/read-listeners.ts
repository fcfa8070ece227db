import type { listenerOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { existingListener } from './find-listener.ts'
import { listenerJson } from './listener-row.ts'
import { answerListener } from './matched-secrets.ts'

export function listListeners(deps: ApiDeps, { application, query }: Call<typeof listenerOperations.list>): Promise<Answer> {
  return listPage(query, {
    kind: 'lst',
    by: 'id',
    read: (rows) => deps.store.queries.listeners.list(application.id, rows),
    item: (row) => listenerJson(deps, application, row),
  })
}

export async function getListener(deps: ApiDeps, { application, params }: Call<typeof listenerOperations.get>): Promise<Answer> {
  return answerListener(deps, 200, listenerJson(deps, application, existingListener(application, params)))
}
