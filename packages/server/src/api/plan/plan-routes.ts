import { planOperations, planUseOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { createPlan, patchPlan, replacePlan } from './change-plan.ts'
import { deletePlan } from './delete-plan.ts'
import { getPlanUse } from './plan-use.ts'
import { getPlan, listPlans } from './read-plans.ts'

/** What applications may use. A change of a plan reaches its applications at once, and wakes what waits for its hour. */
export function planRoutes(deps: ApiDeps): Route[] {
  return [
    ...routesOf(deps, planOperations, {
      list: listPlans,
      create: createPlan,
      get: getPlan,
      update: replacePlan,
      patch: patchPlan,
      delete: deletePlan,
    }),
    ...routesOf(deps, planUseOperations, { get: getPlanUse }),
  ]
}
