import { planIn, type planOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredPlan } from '#store'
import { changeOrganisation, type Change } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { newPlanRow, planColumns, planJson, type PlanFields, type PlanPatchFields } from './plan-row.ts'
import { existingPlan, findPlan } from './read-plans.ts'

export async function createPlan(deps: ApiDeps, call: Call<typeof planOperations.create>): Promise<Answer> {
  const row = await changeOrganisation(deps, call, async () => planInsert(deps, call.body.name, call.body))
  return { status: 201, body: planJson(row) }
}

/** Replaces the plan, or makes it. */
export async function replacePlan(deps: ApiDeps, call: Call<typeof planOperations.update>): Promise<Answer> {
  const name = call.params['plan_name']!
  check(planIn, { ...call.body, name }, 'body')
  let status: 200 | 201 = 200
  const row = await changeOrganisation(deps, call, async () => {
    const before = await findPlan(deps, name)
    status = before ? 200 : 201
    return before ? planUpdate(deps, before, call.body) : planInsert(deps, name, call.body)
  })
  return { status, body: planJson(row) }
}

export async function patchPlan(deps: ApiDeps, call: Call<typeof planOperations.patch>): Promise<Answer> {
  const row = await changeOrganisation(deps, call, async () => planUpdate(deps, await existingPlan(deps, call.params), call.body))
  return { status: 200, body: planJson(row) }
}

function planInsert({ store, clock }: ApiDeps, name: string, fields: PlanFields): Change<StoredPlan> {
  const row = newPlanRow(name, fields, clock.now())
  const statements = [store.statements.plans.insert(row)]
  return { statements, action: 'plan.created', target: name, after: planJson(row), result: row }
}

function planUpdate(deps: ApiDeps, before: StoredPlan, fields: PlanPatchFields): Change<StoredPlan> {
  if (before.built_in === 1) throw new AppError('plan_fixed')
  const { after, statement } = touchPlan(deps, before, fields)
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

/** A change is recognised by its time, so two changes never have the same one. */
export function touchPlan({ store, clock }: ApiDeps, before: StoredPlan, fields: PlanPatchFields = {}) {
  const columns = { ...planColumns(fields), updated_at: Math.max(clock.now(), before.updated_at + 1) }

  return { after: { ...before, ...columns }, statement: store.statements.plans.update(before, columns) }
}
