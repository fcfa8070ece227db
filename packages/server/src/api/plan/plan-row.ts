import type { PlanOut, planPatch, planUpdate } from '@posthorn/contract'
import type { z } from 'zod'
import { planOf, type StoredPlan } from '#store'

export type PlanFields = z.output<typeof planUpdate>
export type PlanPatchFields = z.output<typeof planPatch>

/** The columns that the fields touch. */
export function planColumns(fields: PlanPatchFields): Partial<StoredPlan> {
  return {
    ...(fields.endpointsMax !== undefined && { endpoints_max: fields.endpointsMax }),
    ...(fields.deliveriesPerHour !== undefined && { deliveries_per_hour: fields.deliveriesPerHour }),
    ...(fields.retriesMax !== undefined && { retries_max: fields.retriesMax }),
    ...(fields.timeoutMsMax !== undefined && { timeout_ms_max: fields.timeoutMsMax }),
    ...(fields.defaultSigning !== undefined && { default_signing: fields.defaultSigning }),
    ...(fields.defaultRetryPolicy !== undefined && { default_retry_policy: JSON.stringify(fields.defaultRetryPolicy) }),
  }
}

export function newPlanRow(name: string, fields: PlanFields, now: number): StoredPlan {
  return {
    name,
    built_in: 0,
    endpoints_max: fields.endpointsMax,
    deliveries_per_hour: fields.deliveriesPerHour,
    retries_max: fields.retriesMax,
    timeout_ms_max: fields.timeoutMsMax,
    default_signing: fields.defaultSigning,
    default_retry_policy: JSON.stringify(fields.defaultRetryPolicy),
    created_at: now,
    updated_at: now,
  }
}

export function planJson(row: StoredPlan): PlanOut {
  const { defaultRetryPolicy, ...plan } = planOf(row)
  const builtIn = row.built_in === 1
  // A migration wrote those, with no time.
  const at = (ms: number) => (builtIn ? null : new Date(ms).toISOString())
  return {
    ...plan,
    defaultRetryPolicy: defaultRetryPolicy as PlanOut['defaultRetryPolicy'],
    builtIn,
    createdAt: at(row.created_at),
    updatedAt: at(row.updated_at),
  }
}
