import { limits, type Plan, type SessionId } from '#domain'
import { Batcher, type Clock, type Log } from '#platform'
import type { FirstAttempt, ReserveResult, Store } from '#store'
import type { HeldLane } from './lanes/held-lane.ts'

/** Counts first attempts against the hour of a plan. Those that are asked for at the same time share one call of the store. */
export interface Quota {
  /**
   * Whether this first attempt may begin, now and not later. If not, its lane is closed until the hour has room, here and in the store, or
   * this one was asked too late and asks again: nothing was tried, and the task is where it was.
   */
  admits(lane: HeldLane, plan: Plan): Promise<boolean>
  close(): Promise<void>
}

export interface QuotaOptions {
  readonly store: Pick<Store, 'reserve'>
  readonly session: { readonly id: SessionId }
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn'>
}

type Answer = ReserveResult & { readonly until: number }

export function createQuota({ store, session, clock, log }: QuotaOptions): Quota {
  const asked = new Batcher<FirstAttempt, Answer>({
    clock,
    capacity: Infinity, // bounded by the attempts under way
    async run(wanted) {
      // Counted from before the store reads its clock, so never too long.
      const until = clock.monotonic() + limits.reservedMs
      return (await store.reserve(session.id, wanted)).map((result) => ({ ...result, until }))
    },
  })

  return {
    async admits(lane, plan) {
      const answer = await asked.add({ application: lane.application, lane: lane.lane }).catch((error: unknown) => {
        log.warn('delivery.quota.failed', { error })
        return undefined
      })
      if (answer === undefined) return false
      const monotonic = clock.monotonic()
      if (answer.kind === 'granted') return monotonic < answer.until
      if (lane.throttle(monotonic + answer.againInMs)) {
        const { application, lane: endpoint } = lane
        const sentence = `The plan ${plan.name} allows ${plan.deliveriesPerHour} deliveries an hour, and they are used. What is over waits; nothing is lost.`
        log.info('delivery.endpoint.throttled', { application, endpoint, againInMs: answer.againInMs, why: sentence })
      }
      return false
    },
    close: () => asked.close(),
  }
}
