import type { planOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredPlan } from '#store'
import type { ApiDeps } from '../deps.ts'
import { fitsText, listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { planJson } from './plan-row.ts'

export function listPlans({ store }: ApiDeps, { query }: Call<typeof planOperations.list>): Promise<Answer> {
  return listPage(query, {
    kind: 'plan',
    by: 'name',
    read: (rows) => store.queries.plans.list(rows),
    item: planJson,
    fits: fitsText<StoredPlan>(query.text, ({ name }) => [name]),
  })
}

export async function getPlan(deps: ApiDeps, { params }: Call<typeof planOperations.get>): Promise<Answer> {
  return { status: 200, body: planJson(await existingPlan(deps, params)) }
}

export function findPlan({ store }: ApiDeps, name: string): Promise<StoredPlan | undefined> {
  return store.queries.plans.find(name)
}

/** The plan that the path names. */
export async function existingPlan(deps: ApiDeps, params: Readonly<Record<string, string>>): Promise<StoredPlan> {
  const row = await findPlan(deps, params['plan_name'] ?? '')
  if (!row) throw new AppError('not_found')
  return row
}
