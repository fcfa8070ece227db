import type { Plan, RetryPolicySetting, SigningProfile } from '#domain'
import type { PlanTable } from './schema.ts'

/** A plan as its row says it. */
export function planOf(row: PlanTable): Plan {
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
