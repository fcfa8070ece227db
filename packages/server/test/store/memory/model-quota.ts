import { reserveOfHour } from '#domain'
import type { FirstAttempt, ReserveResult } from '#store'
import type { Moment } from './model-batches.ts'

/** One first attempt at a time. */
export function reserveOne({ state, session, now }: Moment, { application, lane }: FirstAttempt): ReserveResult {
  const perHour = state.applications.get(application)?.perHour ?? null
  if (perHour === null) return { kind: 'granted' }
  const counted = state.quota.get(application) ?? []
  const { granted, minute, againAt } = reserveOfHour(counted, { now, wanted: 1, perHour })
  if (granted === 1) {
    state.quota.set(application, [...counted, { minute, n: 1 }])
    return { kind: 'granted' }
  }
  const known = state.lanes.get(lane)
  if (known?.owner === session) known.throttled_until = againAt
  return { kind: 'refused', againInMs: againAt - now }
}
