import type { TaskInHand } from './hands.ts'
import type { HeldLane } from './held-lane.ts'
import { noLimits } from './lane-limits.ts'

/** A task that waited so long in hand is late. */
const LATE_MS = 50
/** A receiver that answers within so many turns of our own loop, and a moment, does not keep its lane from going on: we do. */
const QUICK_TURNS = 4
const QUICK_MS = 2
/** What the newest attempt of a lane counts against those before. */
const NEWEST = 1 / 8
/** The mean over all attempts is taken over so long. */
const WINDOW_MS = 100

export interface LatenessOptions {
  /** The mean length of a turn of the event loop. */
  readonly turnMs: () => number
  /** Called for each task that is late, and only because this process is busy. */
  readonly onLate: () => void
}

/**
 * Which deliveries are late because of us. One of a lane that is limited, probed, or slow to answer waits for its receiver. And while slow
 * receivers fill the slots, those who wait for a slot wait for them.
 */
export class Lateness {
  readonly #options: LatenessOptions
  #windowAt = -Infinity
  #endedInWindow = 0
  /** How long an attempt takes, by Little's law: those under way, divided by how many end in a millisecond. */
  #meanMs = 0

  constructor(options: LatenessOptions) {
    this.#options = options
  }

  /** A task is started. `crowded`: slots run short. */
  began(lane: HeldLane, hand: TaskInHand, { monotonic, crowded }: { readonly monotonic: number; readonly crowded: boolean }): void {
    if (monotonic - hand.since <= LATE_MS || lane.limits !== noLimits || lane.isProbed) return
    const quickMs = this.#options.turnMs() * QUICK_TURNS + QUICK_MS
    if (lane.attemptMs <= quickMs && (!crowded || this.#meanMs <= quickMs)) this.#options.onLate()
  }

  /** An attempt is over, with so many others under way. */
  ended(lane: HeldLane, tookMs: number, { monotonic, underWay }: { readonly monotonic: number; readonly underWay: number }): void {
    lane.attemptMs += (tookMs - lane.attemptMs) * NEWEST
    this.#endedInWindow++
    const windowMs = monotonic - this.#windowAt
    if (windowMs < WINDOW_MS) return
    this.#meanMs = (underWay * windowMs) / this.#endedInWindow
    this.#windowAt = monotonic
    this.#endedInWindow = 0
  }
}
