import type { planUseOperations } from '@posthorn/contract'
import { firstMinuteOfHour, useOfHour } from '#domain'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'

export async function getPlanUse(deps: ApiDeps, { application }: Call<typeof planUseOperations.get>): Promise<Answer> {
  const { plan, endpoints } = application
  const hour = await hourOfPlan(deps, application, deps.clock.now())
  return {
    status: 200,
    body: {
      plan: plan.name,
      endpoints: { used: endpoints.length, max: plan.endpointsMax },
      deliveriesThisHour: hour && { ...hour, freeAt: hour.freeAt === null ? null : new Date(hour.freeAt).toISOString() },
    },
  }
}

/** How much of the hour of its plan an application has used; null: its plan has no limit, and nothing is counted. */
export async function hourOfPlan({ store }: Pick<ApiDeps, 'store'>, { id, plan }: ApplicationSnapshot, now: number) {
  const max = plan.deliveriesPerHour
  if (max === null) return null
  const counted = await store.queries.plans.countedMinutes(id, firstMinuteOfHour(now))
  return { max, ...useOfHour(counted, { now, perHour: max }) }
}
