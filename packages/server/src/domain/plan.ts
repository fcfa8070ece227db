import { limits } from './limits.ts'
import type { RetryPolicySetting } from './delivery/retry-policy.ts'
import type { SigningProfile } from '@posthorn/sdk/signing'

/** What an application may use. Limits bind endpoints and their deliveries, never the steps of flows. Null: unlimited. */
export interface Plan {
  readonly name: string
  readonly endpointsMax: number | null
  /** First attempts in any 60 minutes; what is over waits. */
  readonly deliveriesPerHour: number | null
  readonly retriesMax: number | null
  readonly timeoutMsMax: number | null
  readonly defaultSigning: SigningProfile
  readonly defaultRetryPolicy: RetryPolicySetting
}

/** The plans that come with the program, as its tables have them: they stay as they are, and an operator may add others. */
export const plans: Readonly<Record<'basic' | 'pro' | 'unlimited', Plan>> = {
  basic: {
    name: 'basic',
    endpointsMax: 2,
    deliveriesPerHour: 100,
    retriesMax: 5,
    timeoutMsMax: 10_000,
    defaultSigning: 'hex',
    defaultRetryPolicy: 'invoice',
  },
  pro: {
    name: 'pro',
    endpointsMax: 50,
    deliveriesPerHour: 5000,
    retriesMax: 5,
    timeoutMsMax: 10_000,
    defaultSigning: 'hex',
    defaultRetryPolicy: 'invoice',
  },
  unlimited: {
    name: 'unlimited',
    endpointsMax: null,
    deliveriesPerHour: null,
    retriesMax: null,
    timeoutMsMax: null,
    defaultSigning: 'standard',
    defaultRetryPolicy: 'standard',
  },
}

/** Of a fresh install and of applications whose creator names none. */
export const planDefault = plans.unlimited

/** The deadline of an endpoint's attempts: its own or the default, as far as the plan allows. */
export function attemptTimeoutMs(plan: Plan, wishedMs: number | null): number {
  return Math.min(wishedMs ?? limits.attemptTimeoutMs, plan.timeoutMsMax ?? limits.attemptTimeoutMsMax)
}
