import type { planOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredPlan } from '#store'
import { changeOrganisation, type Change } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { touchPlan } from './change-plan.ts'
import { planJson } from './plan-row.ts'
import { existingPlan } from './read-plans.ts'

/** So many applications are named to somebody who wants to delete their plan. */
const NAMED_MAX = 5

/** Removes a plan that no application has. */
export async function deletePlan(deps: ApiDeps, call: Call<typeof planOperations.delete>): Promise<Answer> {
  await changeOrganisation(deps, call, async () => planDelete(deps, await existingPlan(deps, call.params)))
  return { status: 204 }
}

async function planDelete(deps: ApiDeps, before: StoredPlan): Promise<Change<undefined>> {
  if (before.built_in === 1) throw new AppError('plan_fixed')
  await refuseInUse(deps, before.name)
  return {
    // Whoever gives the plan to an application right now holds its row: waiting for that comes before looking.
    statements: [touchPlan(deps, before).statement, deps.store.statements.plans.remove(before.name)],
    action: 'plan.deleted',
    target: before.name,
    before: planJson(before),
    result: undefined,
  }
}

async function refuseInUse({ store }: ApiDeps, plan: string): Promise<void> {
  const using = await store.queries.applications.onPlan(plan, NAMED_MAX + 1)
  if (using.length === 0) return
  const named = using.slice(0, NAMED_MAX).map(({ id, uid }) => uid ?? id)
  const more = using.length > NAMED_MAX ? ' and others' : ''
  throw new AppError('plan_in_use', {
    detail: `Applications have the plan ${plan}: ${named.join(', ')}${more}. Give them another one first.`,
  })
}
