import type { Plan, RetryPolicySetting, SigningProfile } from '#domain'
import type { StoredPlan } from './records/plan.ts'

const limits = ['endpoints_max', 'deliveries_per_hour', 'retries_max', 'timeout_ms_max', 'default_signing', 'default_retry_policy'] as const

/** What a plan says, for a read of an application that is joined with it. */
export const planColumns = limits.map((name) => `plan.${name}` as const)

type PlanFields = Pick<StoredPlan, (typeof limits)[number]>

/** A plan as its row says it. */
export function planOf(row: PlanFields & Pick<StoredPlan, 'name'>): Plan {
  return {
    name: row.name,
    endpointsMax: row.endpoints_max,
    deliveriesPerHour: row.deliveries_per_hour,
    retriesMax: row.retries_max,
    timeoutMsMax: row.timeout_ms_max,
    defaultSigning: row.default_signing as SigningProfile,
    defaultRetryPolicy: JSON.parse(row.default_retry_policy) as RetryPolicySetting,
  }
}

/** An application's row that was read with its plan, and the plan. There is none only if somebody else wrote into the tables. */
export function splitPlan<Row extends { readonly id: string; readonly plan: string }>(
  joined: Row & { readonly [Name in keyof PlanFields]: PlanFields[Name] | null },
): { readonly row: Omit<Row, keyof PlanFields>; readonly plan: Plan } {
  const { endpoints_max, deliveries_per_hour, retries_max, timeout_ms_max, default_signing, default_retry_policy, ...row } = joined
  if (default_signing === null || default_retry_policy === null)
    throw new Error(`The application ${joined.id} has the plan "${joined.plan}", which is not there.`)
  const fields = { endpoints_max, deliveries_per_hour, retries_max, timeout_ms_max, default_signing, default_retry_policy }
  return { row, plan: planOf({ name: joined.plan, ...fields }) }
}
