import assert from 'node:assert/strict'
import type { Clock, Log, Timer } from '#platform'

/** The store is asked for lanes that are due at least so often, and not more often than that. */
const TICK_MS_MAX = 250
const TICK_MS_MIN = 5

export interface ClaimLoopOptions {
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  /** Brings what is due into hand. Milliseconds until it is worth asking again. */
  readonly claim: () => Promise<number>
  /** A claim has ended, well or not: start what came. */
  readonly onClaimed: () => void
}

/**
 * Asks for work, again and again.
 *
 *   resting  --start()--> claiming
 *   claiming --the claim has ended--> sleeping    as long as it says, within the two bounds; the shortest time if `soon` was called meanwhile,
 *                                                 because the claim may have looked too early
 *   sleeping --its time is over, or soon()--> claiming
 *   any      --stop()--> stopped, when the claim that is under way has ended
 *
 * While it sleeps there is a timer, and in no other mode; so there is never more than one claim under way.
 */
export class ClaimLoop {
  readonly #options: ClaimLoopOptions
  #mode: 'resting' | 'claiming' | 'sleeping' | 'stopped' = 'resting'
  #timer: Timer | undefined
  #claimed = Promise.resolve()
  #isSoon = false
  #isFailing = false

  constructor(options: ClaimLoopOptions) {
    this.#options = options
  }

  start(): void {
    assert(this.#mode === 'resting', 'a claim loop starts once')
    this.#claim()
  }

  /** Claims in a moment, with what is asked for until then. */
  soon(): void {
    if (this.#isSoon || this.#mode === 'stopped') return
    this.#isSoon = true
    if (this.#mode !== 'sleeping') return
    this.#timer!.cancel()
    this.#sleep(TICK_MS_MIN)
  }

  /** Resolves when no claim is under way, and none follows. */
  async stop(): Promise<void> {
    this.#mode = 'stopped'
    this.#timer?.cancel()
    await this.#claimed
  }

  readonly #claim = (): void => {
    this.#mode = 'claiming'
    this.#isSoon = false
    this.#claimed = this.#claimOnce()
  }

  async #claimOnce(): Promise<void> {
    const { onClaimed } = this.#options
    const waitMs = await this.#tried()
    onClaimed()
    if (this.#mode === 'claiming') this.#sleep(this.#isSoon ? TICK_MS_MIN : Math.min(Math.max(waitMs, TICK_MS_MIN), TICK_MS_MAX))
  }

  /** A claim that fails is said once, until one has not: `soon` may ask two hundred times a second. */
  async #tried(): Promise<number> {
    const { claim, log } = this.#options
    try {
      const waitMs = await claim()
      this.#isFailing = false
      return waitMs
    } catch (error) {
      if (!this.#isFailing) log.warn('delivery.claim.failed', { error })
      this.#isFailing = true
      return TICK_MS_MAX
    }
  }

  #sleep(ms: number): void {
    this.#mode = 'sleeping'
    this.#timer = this.#options.clock.after(ms, this.#claim)
  }
}
