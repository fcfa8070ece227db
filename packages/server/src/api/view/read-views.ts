import type { viewOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { existingView, viewJson } from './view-row.ts'

export function listViews({ store }: ApiDeps, { application, actor, query }: Call<typeof viewOperations.list>): Promise<Answer> {
  return listPage(query, {
    ...{ kind: 'view', by: 'id', item: viewJson },
    read: (rows) => store.queries.views.list(application.id, { actor: actor.id, list: query.list }, rows),
  })
}

export async function getView(deps: ApiDeps, call: Call<typeof viewOperations.get>): Promise<Answer> {
  return { status: 200, body: viewJson(await existingView(deps, call)) }
}
