import type { Clock } from '#platform'

/** After the last delivery that was late, so long no more is accepted than ends. */
const LEVEL_AFTER_MS = 250
/** Of what ends, this part may be accepted while deliveries are late, so that what waits becomes less. */
const GIVEN_WAY = 7 / 8
/** Nobody is kept out for good. */
const LEAST = 4

/**
 * Work that exists goes before work that arrives. Where this process is the reason why deliveries are late, it accepts a little less than it
 * ends, until none is late any more: callers wait for their 202, or hear `overloaded`, instead of deliveries waiting ever longer.
 *
 *   level  --late()--> behind
 *   behind --none was late for a quarter of a second--> level
 */
export class Precedence {
  readonly #clock: Pick<Clock, 'monotonic'>
  #lateAt = -Infinity
  /** Deliveries that ended since something was accepted. */
  #ended = 0

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** A delivery that could have been sent long ago is only sent now, because this process was busy. */
  late(): void {
    this.#lateAt = this.#clock.monotonic()
  }

  ended(): void {
    this.#ended++
  }

  /** How many deliveries may be accepted together now. Asked once for each batch. */
  allowance(): number {
    const ended = this.#ended
    this.#ended = 0
    const behind = this.#clock.monotonic() - this.#lateAt < LEVEL_AFTER_MS
    return behind ? Math.max(LEAST, Math.floor(ended * GIVEN_WAY)) : Infinity
  }
}
