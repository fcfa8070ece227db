import { planIn, planOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { PlanTable } from '#store'
import { changeOrganisation, type Change } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Call, type Route } from '../route.ts'
import { newPlanRow, planColumns, planJson, type PlanFields, type PlanPatchFields } from './plan-row.ts'

type Params = Pick<Call, 'params'>

/** So many applications are named to somebody who wants to delete their plan. */
const NAMED_MAX = 5

/** What applications may use. A change of a plan reaches its applications at once, and wakes what waits for its hour. */
export function planRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store
  const operations = planOperations

  const find = (name: string): Promise<PlanTable | undefined> =>
    db.selectFrom('plan').selectAll().where('name', '=', name).executeTakeFirst()

  const existing = async ({ params }: Params): Promise<PlanTable> => {
    const row = await find(params['plan_name'] ?? '')
    if (!row) throw new AppError('not_found')
    return row
  }

  const insert = (name: string, fields: PlanFields): Change<PlanTable> => {
    const row = newPlanRow(name, fields, deps.clock.now())
    const statements = [{ query: db.insertInto('plan').values(row).compile() }]
    return { statements, action: 'plan.created', target: name, after: planJson(row), result: row }
  }

  /** A change is recognised by its time, so two changes never have the same one. */
  const touch = (before: PlanTable, fields: PlanPatchFields = {}) => {
    const columns = { ...planColumns(fields), updated_at: Math.max(deps.clock.now(), before.updated_at + 1) }
    const unchanged = db.updateTable('plan').set(columns).where('name', '=', before.name).where('updated_at', '=', before.updated_at)
    return { after: { ...before, ...columns }, statement: { query: unchanged.compile(), rows: 1 } }
  }

  const update = (before: PlanTable, fields: PlanPatchFields): Change<PlanTable> => {
    if (before.built_in === 1) throw new AppError('plan_fixed')
    const { after, statement } = touch(before, fields)
    return {
      statements: [statement],
      limits: { plan: before.name },
      action: 'plan.updated',
      target: before.name,
      before: planJson(before),
      after: planJson(after),
      result: after,
    }
  }

  const remove = async (before: PlanTable): Promise<Change<undefined>> => {
    if (before.built_in === 1) throw new AppError('plan_fixed')
    await refuseInUse(deps, before.name)
    const used = db.selectFrom('application').select('id').where('plan', '=', before.name).where('deleted_at', 'is', null)
    const unused = db
      .deleteFrom('plan')
      .where('name', '=', before.name)
      .where((is) => is.not(is.exists(used)))
    return {
      // Whoever gives the plan to an application right now holds its row: waiting for that comes before looking.
      statements: [touch(before).statement, { query: unused.compile(), rows: 1 }],
      action: 'plan.deleted',
      target: before.name,
      before: planJson(before),
      result: undefined,
    }
  }

  return [
    route(operations.list, async ({ query }) => {
      const page = readPage(query, 'plan', 'ascending')
      let select = db
        .selectFrom('plan')
        .selectAll()
        .orderBy('name', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('name', page.order === 'asc' ? '>' : '<', page.beyond)
      return { status: 200, body: pageAnswer(page, await select.execute(), { key: (row) => row.name, item: planJson }) }
    }),
    route(operations.create, async (call) => {
      const row = await changeOrganisation(deps, call, async () => insert(call.body.name, call.body))
      return { status: 201, body: planJson(row) }
    }),
    route(operations.get, async (call) => ({ status: 200, body: planJson(await existing(call)) })),
    route(operations.update, async (call) => {
      const name = call.params['plan_name']!
      check(planIn, { ...call.body, name }, 'body')
      let status: 200 | 201 = 200
      const row = await changeOrganisation(deps, call, async () => {
        const before = await find(name)
        status = before ? 200 : 201
        return before ? update(before, call.body) : insert(name, call.body)
      })
      return { status, body: planJson(row) }
    }),
    route(operations.patch, async (call) => {
      const row = await changeOrganisation(deps, call, async () => update(await existing(call), call.body))
      return { status: 200, body: planJson(row) }
    }),
    route(operations.delete, async (call) => {
      await changeOrganisation(deps, call, async () => remove(await existing(call)))
      return { status: 204 }
    }),
  ]
}

async function refuseInUse({ store }: ApiDeps, plan: string): Promise<void> {
  const using = await store.db
    .selectFrom('application')
    .select(['id', 'uid'])
    .where('plan', '=', plan)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(NAMED_MAX + 1)
    .execute()
  if (using.length === 0) return
  const named = using.slice(0, NAMED_MAX).map(({ id, uid }) => uid ?? id)
  const more = using.length > NAMED_MAX ? ' and others' : ''
  throw new AppError('plan_in_use', {
    detail: `Applications have the plan ${plan}: ${named.join(', ')}${more}. Give them another one first.`,
  })
}
