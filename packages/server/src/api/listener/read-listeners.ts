import type { listenerOperations } from '@posthorn/contract'
import type { ApplicationSnapshot, StoredListener } from '#store'
import type { ApiDeps } from '../deps.ts'
import { holdsText, listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { existingListener } from './find-listener.ts'
import { keptAuth } from './listener-auth.ts'
import { listenerJson, publicUrlOf } from './listener-row.ts'
import { answerListener } from './matched-secrets.ts'

export function listListeners(deps: ApiDeps, { application, query }: Call<typeof listenerOperations.list>): Promise<Answer> {
  return listPage(query, {
    kind: 'lst',
    by: 'id',
    read: (rows) => deps.store.queries.listeners.list(application.id, rows, query.ids),
    item: (row) => listenerJson(deps, application, row),
    fits: fitsOf(deps, application, query),
  })
}

type Asked = Pick<Call<typeof listenerOperations.list>['query'], 'text' | 'system' | 'auth'>

function fitsOf(deps: ApiDeps, application: ApplicationSnapshot, { text, system = [], auth = [] }: Asked) {
  if (text === undefined && system.length + auth.length === 0) return undefined
  return (row: StoredListener): boolean =>
    (system.length === 0 || system.includes(row.system)) &&
    holdsText(text, [row.id, row.uid, row.name, row.system, publicUrlOf(deps, application, row)]) &&
    // It is sealed, so it is asked last.
    (auth.length === 0 || auth.includes(keptAuth(deps, row).kind))
}

export async function getListener(deps: ApiDeps, { application, params }: Call<typeof listenerOperations.get>): Promise<Answer> {
  return answerListener(deps, 200, listenerJson(deps, application, existingListener(application, params)))
}
