import type { Clock, Log } from '#platform'
import type { Task } from '#store'
import type { HeldLane } from './held-lane.ts'
import { createRateGate, type RateGate } from './rate-gate.ts'

/** How far the store's clock may run ahead of monotonic time, from one look to the next, before it has jumped. */
const JUMP_MS = 5000
/** So much is sent a second of what fell due in a jump. */
const PER_SECOND = 50
const BUCKET_MS = 60_000

/**
 * A clock that jumps forward (set by an operator, another server after a failover, a machine that slept) makes all that was to be tried
 * over hours due in one moment. Receivers get that slowly; what falls due before and after it goes as always.
 *
 *   steady --note(), and the store's clock is further ahead than was ever seen lately--> jumped: what is due in between passes the gate only
 *   jumped  --note(), and it has done so again--> jumped, from the earlier beginning to the later end
 *
 * What has jumped once stays so, because what fell due in it may wait in the store for as long as it likes.
 */
export class ClockJumps {
  readonly #clock: Clock
  readonly #log: Pick<Log, 'warn'>
  readonly #gate: RateGate<HeldLane>
  #from = Infinity
  #until = -Infinity
  // An answer that took long shows an earlier time than it came at, so the most that was seen lately is believed. Kept for one to two
  // buckets, so that a clock that was set back is believed in the end.
  #lead = -Infinity
  #leadBefore = -Infinity
  #bucketSince: number

  constructor({ clock, log, wake }: { clock: Clock; log: Pick<Log, 'warn'>; wake: (lane: HeldLane) => void }) {
    this.#clock = clock
    this.#log = log
    this.#gate = createRateGate({ clock, rate: PER_SECOND, wake })
    this.#bucketSince = clock.monotonic()
  }

  /** What the store's clock showed a moment ago. */
  note(now: number): void {
    const monotonic = this.#clock.monotonic()
    const known = this.#knownLead(monotonic)
    this.#lead = Math.max(this.#lead, now - monotonic)
    const expected = known + monotonic
    // The first look expects nothing.
    if (known === -Infinity || now - expected <= JUMP_MS) return
    this.#from = Math.min(this.#from, expected)
    this.#until = now
    this.#log.warn('delivery.clock.leapt', { byMs: Math.round(now - expected) })
  }

  /** Whether the lane's first task may be started; if not, the lane sleeps until it may. */
  admits(lane: HeldLane, monotonic: number): boolean {
    if (this.#until === -Infinity || !this.#isOfJump(lane.ready[0]!.task) || this.#gate.isOpen(monotonic)) return true
    this.#gate.wait(lane)
    return false
  }

  /** This one is started. */
  take(task: Task, monotonic: number): void {
    if (this.#until !== -Infinity && this.#isOfJump(task)) this.#gate.take(monotonic).left()
  }

  close(): void {
    this.#gate.close()
  }

  /** How far the store's clock was ahead of monotonic time at most, as far as that is remembered. */
  #knownLead(monotonic: number): number {
    if (monotonic - this.#bucketSince >= BUCKET_MS) {
      this.#leadBefore = this.#lead
      this.#lead = -Infinity
      this.#bucketSince = monotonic
    }
    return Math.max(this.#lead, this.#leadBefore)
  }

  #isOfJump({ due }: Task): boolean {
    return due > this.#from && due <= this.#until
  }
}
