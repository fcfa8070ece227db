import assert from 'node:assert/strict'

/** A little more than a second, because requests that left in one order and at one distance arrive a few milliseconds nearer to each other. */
const SECOND_MS = 1010
/** Who wakes late may start what the delay held back, as far as it is no more than this. */
const CATCH_UP_MS = 25

/** To be called once either way; a request that had to be sent over a second connection may leave twice. */
export interface Permit {
  /** The request is on the wire. */
  left(now: number): void
  /** It never will be. */
  unused(): void
}

export interface RateLimiterOptions {
  readonly rate: number
  /** Until then nobody knows what others sent: as much as is allowed is supposed to have left at that moment. */
  readonly usedUpAt?: number | undefined
}

/**
 * Lets at most so many requests a second onto the wire, evenly paced.
 *
 * What counts is the moment when a request leaves, not when it was decided: between the two lie reading its content, name resolution,
 * connecting and TLS, and what was spread when it was decided would come in a bunch. So a request counts from the permit on, for as long as
 * it has not left and for a second after it has. In no second more than the rate leave, however long each takes to.
 *
 *   a permit: taken --left()--> counts for one window more --the window is over--> forgotten
 *                   --unused()--> forgotten
 *
 * What must hold: `#left` is in order of time, and `#underWay` is the number of permits that were told neither.
 *
 * A rate may be a fraction: below one a second, one leaves in so many seconds. All times are monotonic.
 */
export class RateLimiter {
  readonly #usedUpAt: number
  #most = 0
  #windowMs = 0
  #paceMs = 0
  #underWay = 0
  #pacedUntil = -Infinity
  /** When those of the last second left, in order; the ones before `#first` are over. */
  #left: number[] = []
  #first = 0

  constructor({ rate, usedUpAt = -Infinity }: RateLimiterOptions) {
    this.#usedUpAt = usedUpAt
    this.change(rate)
  }

  /** When the next permit may be taken: now or earlier if one may, Infinity if that is only known when one under way has left. */
  nextAt(now: number): number {
    this.#forgetOld(now)
    return Math.max(this.#roomAt(), this.#pacedUntil, this.#usedUpAt + this.#windowMs)
  }

  take(now: number): Permit {
    this.#underWay++
    this.#pacedUntil = Math.max(this.#pacedUntil, now - CATCH_UP_MS) + this.#paceMs
    let isUnderWay = true
    const end = (): void => {
      if (isUnderWay) this.#end()
      isUnderWay = false
    }
    return {
      left: (at) => {
        end()
        this.#left.push(at)
      },
      unused: end,
    }
  }

  /** For those who take permits from now on; what left before still counts. */
  change(rate: number): void {
    assert(rate > 0, 'a rate lets something through')
    this.#most = Math.max(1, Math.floor(rate))
    this.#windowMs = SECOND_MS * Math.max(1, 1 / rate)
    this.#paceMs = this.#windowMs / this.#most
    // The pace of another rate says nothing; what left within the second still counts.
    this.#pacedUntil = -Infinity
  }

  /** Something left within the last second, or is about to: forgetting it now could let too much through. */
  isWarm(now: number): boolean {
    this.#forgetOld(now)
    return this.#underWay > 0 || this.#left.length > this.#first || now < this.#usedUpAt + this.#windowMs
  }

  #end(): void {
    assert(this.#underWay > 0, 'what ends was taken')
    this.#underWay--
  }

  #forgetOld(now: number): void {
    while (this.#first < this.#left.length && this.#left[this.#first]! <= now - this.#windowMs) this.#first++
    // Moved in large steps, so that each is moved about once.
    if (this.#first > 64 && this.#first * 2 > this.#left.length) {
      this.#left = this.#left.slice(this.#first)
      this.#first = 0
    }
  }

  /** When so many of the last second are over that one more may leave. */
  #roomAt(): number {
    const over = this.#underWay + (this.#left.length - this.#first) - this.#most
    if (over < 0) return -Infinity
    return (this.#left[this.#first + over] ?? Infinity) + this.#windowMs
  }
}
