import { viewOperations, type ViewOut } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredView } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { listPage } from '../list-page.ts'
import { routesOf, type Answer, type Call, type Route } from '../route.ts'

/** Each is a line of a menu: more would not be found again. */
const VIEWS_MAX = 1000
const ALL = 'all'

/** Filters of lists under a name. A private one exists for nobody else. */
export function viewRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, viewOperations, {
    list: ({ store }, { application, actor, query }) =>
      listPage(query, {
        ...{ kind: 'view', by: 'id', item: viewJson },
        read: (rows) => store.queries.views.list(application.id, { actor: actor.id, list: query.list }, rows),
      }),
    create: createView,
    get: async ({ store }, call) => ({ status: 200, body: viewJson(await existing({ store }, call)) }),
    patch: patchView,
    delete: deleteView,
  })
}

async function createView(deps: ApiDeps, call: Call<typeof viewOperations.create>): Promise<Answer> {
  const { application, actor, body } = call
  const now = deps.clock.now()
  const row: StoredView = {
    ...{ id: deps.ids.make('view'), application_id: application.id, list: body.list, name: body.name },
    ...{
      audience: body.shared ? ALL : actor.id,
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

async function patchView(deps: ApiDeps, call: Call<typeof viewOperations.patch>): Promise<Answer> {
  const { name, search, shared } = call.body
  const row = await changeOrganisation(deps, call, async () => {
    const before = await existing(deps, call)
    const after: StoredView = {
      ...before,
      ...(name !== undefined && { name }),
      ...(search !== undefined && { search: JSON.stringify(search) }),
      // Shared no more, it is its maker's again.
      ...(shared !== undefined && { audience: shared ? ALL : before.created_by }),
      updated_at: deps.clock.now(),
    }
    const { id, ...fields } = after
    const statements = [deps.store.statements.views.update(id, fields)]
    return {
      statements,
      action: 'view.changed',
      target: id,
      before: viewJson(before),
      after: viewJson(after),
      application: call.application.id,
      result: after,
    }
  })
  return { status: 200, body: viewJson(row) }
}

async function deleteView(deps: ApiDeps, call: Call<typeof viewOperations.delete>): Promise<Answer> {
  await changeOrganisation(deps, call, async () => {
    const before = await existing(deps, call)
    const statements = [deps.store.statements.views.remove(before.id)]
    return {
      statements,
      action: 'view.deleted',
      target: before.id,
      before: viewJson(before),
      application: call.application.id,
      result: undefined,
    }
  })
  return { status: 204 }
}

type ViewCall = Pick<Call<typeof viewOperations.get>, 'application' | 'actor' | 'params' | 'ip'>

async function existing({ store }: Pick<ApiDeps, 'store'>, { application, actor, params }: ViewCall): Promise<StoredView> {
  const row = await store.queries.views.find(application.id, { actor: actor.id, id: params['view_id']! })
  if (row === undefined) throw new AppError('not_found')
  return row
}

function viewJson(row: StoredView): ViewOut {
  return {
    ...{ id: row.id, list: row.list as ViewOut['list'], name: row.name, search: JSON.parse(row.search) as ViewOut['search'] },
    ...{ shared: row.audience === ALL, createdBy: row.created_by },
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}
