import type { Clock } from '#platform'

/** What all attempts that begin in one turn of the event loop may take of it together: aiming, signing what is small, and the first call. */
const TURN_MS = 5

/**
 * Lets attempts begin for a few milliseconds of each turn of the event loop. A message to hundreds of endpoints whose keys nobody has
 * opened yet takes a hundred milliseconds in one turn.
 *
 *   fresh --admits()--> counting --the time is over--> over    begins nothing; in the next turn it is fresh, and says so
 */
export class BeginTurn {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #onNext: () => void
  /** Undefined: fresh. */
  #endsAt: number | undefined
  #isOver = false

  constructor(clock: Pick<Clock, 'monotonic'>, onNext: () => void) {
    this.#clock = clock
    this.#onNext = onNext
  }

  /** False: not in this turn. `onNext` is called in the next one. */
  admits(): boolean {
    const now = this.#clock.monotonic()
    if (this.#endsAt === undefined) {
      this.#endsAt = now + TURN_MS
      setImmediate(this.#next)
    }
    this.#isOver ||= now > this.#endsAt
    return !this.#isOver
  }

  readonly #next = (): void => {
    const wasOver = this.#isOver
    this.#endsAt = undefined
    this.#isOver = false
    if (wasOver) this.#onNext()
  }
}
