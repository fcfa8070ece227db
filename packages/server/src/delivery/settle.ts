import type { Committer } from '#coordination'
import { sleep, type Clock, type Log } from '#platform'
import type { Settlement, SettleResult } from '#store'
import type { HeldLane } from './lanes/held-lane.ts'

/** How long a settlement waits before it is offered again to a store that did not take it: doubled each time, up to the second. */
const AGAIN_MS = 250
const AGAIN_MS_MAX = 5000

/**
 * Offers a settlement until the store takes it or the lane's life is lost: what it says has happened, and must not be forgotten.
 * `changesLane`: the lane's row changes with it. Undefined: the life is lost, and another one will try again.
 */
export type Settle = (lane: HeldLane, settlement: Settlement, changesLane: boolean) => Promise<SettleResult | undefined>

export interface SettleOptions {
  readonly committer: Pick<Committer, 'settle'>
  readonly clock: Clock
  readonly log: Pick<Log, 'warn' | 'error' | 'info'>
  readonly failpoint: (name: string) => void
}

export function createSettle({ committer, clock, log, failpoint }: SettleOptions): Settle {
  /** A store that is away is reported once, not for each of the thousands that wait for it. */
  let failing = false

  const offer = async (lane: HeldLane, settlement: Settlement, changesLane: boolean): Promise<SettleResult | undefined> => {
    for (let waitMs = AGAIN_MS; !lane.life.signal.aborted; waitMs = Math.min(waitMs * 2, AGAIN_MS_MAX)) {
      // As the lane is now: when this settlement is offered again, later ones may have been taken before it.
      const update = changesLane ? lane.update(clock.monotonic()) : null
      failpoint('delivery.before_settle')
      try {
        const result = await committer.settle(settlement, update)
        failpoint('delivery.after_settle')
        if (update?.stop) lane.stopped()
        if (failing) log.info('delivery.settle.resumed')
        failing = false
        return result
      } catch (error) {
        // An unknown commit is offered again too: the task's exact key makes the second one a no-op if the first was kept.
        if (!failing) log.warn('delivery.settle.failed', { error, delivery: settlement.task.delivery })
        failing = true
        await sleep(clock, waitMs, lane.life.signal).catch(() => {})
      }
    }
    return undefined
  }

  return async (lane, settlement, changesLane) => {
    let result = await offer(lane, settlement, changesLane)
    for (const weaker of weakerOf(settlement)) {
      if (result?.refused === undefined) break
      log.error('delivery.settle.refused', { delivery: settlement.task.delivery, detail: result.refused })
      result = await offer(lane, weaker, changesLane)
    }
    return result
  }
}

/**
 * The same outcome with less to keep, for an engine that refuses the data: without what the receiver wrote, without the attempt, and
 * without what the operator would be notified of.
 * A delivery that could not be settled would be sent for ever.
 */
function* weakerOf(settlement: Settlement): Generator<Settlement> {
  const { operational, ...bare } = settlement
  const { attempt } = settlement
  if (attempt !== null) {
    const detail = 'What the receiver answered could not be kept.'
    yield { ...settlement, attempt: { ...attempt, detail, response_headers: null, response_body: null } }
    yield { ...settlement, attempt: null }
  }
  if (operational !== undefined) yield { ...bare, attempt: null }
}
