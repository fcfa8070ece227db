import type { viewOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredView } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { audienceOf, refuseSharing, viewJson } from './view-row.ts'

/** Each is a line of a menu: more would not be found again. */
const VIEWS_MAX = 1000

export async function createView(deps: ApiDeps, call: Call<typeof viewOperations.create>): Promise<Answer> {
  const { application, actor, body } = call
  const audience = audienceOf(body.shared, actor.id)
  refuseSharing(actor, audience)
  const now = deps.clock.now()
  const row: StoredView = {
    ...{ id: deps.ids.make('view'), application_id: application.id, list: body.list, name: body.name },
    ...{
      audience,
      search: JSON.stringify(body.search),
      created_by: actor.id,
      created_at: now,
      updated_at: now,
    },
  }
  await changeOrganisation(deps, call, async () => {
    if ((await deps.store.queries.views.count(application.id, VIEWS_MAX)) >= VIEWS_MAX)
      throw new AppError('conflict', { detail: `An application has ${VIEWS_MAX} saved views at most. Remove one.` })
    return {
      statements: [deps.store.statements.views.insert(row)],
      action: 'view.created',
      ...{ target: row.id, after: viewJson(row), application: application.id, result: undefined },
    }
  })
  return { status: 201, body: viewJson(row) }
}
