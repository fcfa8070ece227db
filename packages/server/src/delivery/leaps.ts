import type { Clock, Log } from '#platform'
import type { Task } from '#store'
import type { HeldLane } from './held-lane.ts'
import { createRateGate } from './rate-gate.ts'

/** How far the store's clock may run ahead of monotonic time, from one look to the next, before it has leapt. */
const LEAP_MS = 5000
/** So much is sent a second of what fell due in a leap. */
const PER_SECOND = 50
const BUCKET_MS = 60_000

/**
 * A clock that leaps forward (set by an operator, another server after a failover, a machine that slept) makes all that was to be tried
 * over hours due in one moment. Receivers get that slowly; what falls due before and after it goes as always.
 */
export interface Leaps {
  /** What the store's clock showed a moment ago. */
  note(now: number): void
  /** Whether the lane's first task may be started; if not, the lane sleeps until it may. */
  admits(lane: HeldLane, monotonic: number): boolean
  /** This one is started. */
  take(task: Task, monotonic: number): void
  close(): void
}

export function createLeaps({ clock, log, wake }: { clock: Clock; log: Pick<Log, 'warn'>; wake: (lane: HeldLane) => void }): Leaps {
  const gate = createRateGate({ clock, rate: PER_SECOND, wake })
  let from = Infinity
  let until = -Infinity
  // An answer that took long shows an earlier time than it came at, so the most that was seen lately is believed. Kept for one to two
  // buckets, so that a clock that was set back is believed in the end.
  let lead = -Infinity
  let leadBefore = -Infinity
  let bucketSince = clock.monotonic()

  const isLeapt = ({ due }: Task): boolean => due > from && due <= until

  return {
    note(now) {
      const monotonic = clock.monotonic()
      if (monotonic - bucketSince >= BUCKET_MS) {
        leadBefore = lead
        lead = -Infinity
        bucketSince = monotonic
      }
      const known = Math.max(lead, leadBefore)
      lead = Math.max(lead, now - monotonic)
      const expected = known + monotonic
      // The first look expects nothing.
      if (known === -Infinity || now - expected <= LEAP_MS) return
      from = Math.min(from, expected)
      until = now
      log.warn('delivery.clock.leapt', { byMs: Math.round(now - expected) })
    },
    admits(lane, monotonic) {
      if (until === -Infinity || !isLeapt(lane.ready[0]!.task) || gate.isOpen(monotonic)) return true
      gate.wait(lane)
      return false
    },
    take(task, monotonic) {
      if (until !== -Infinity && isLeapt(task)) gate.take(monotonic).left()
    },
    close: () => gate.close(),
  }
}
