/** A little more than a second, because requests that left in one order and at one distance arrive a few milliseconds nearer to each other. */
const SECOND_MS = 1010
/** Who wakes late may start what the delay held back, as far as it is no more than this. */
const CATCH_UP_MS = 25

/**
 * Lets at most so many requests a second onto the wire, evenly paced.
 *
 * What counts is the moment when a request leaves, not when it was decided: between the two lie reading its content, name resolution,
 * connecting and TLS, and what was spread when it was decided would come in a bunch. So a request counts from the permit on, for as long as
 * it has not left and for a second after it has. In no second more than the rate leave, however long each takes to.
 *
 * A rate may be a fraction: below one a second, one leaves in so many seconds. All times are monotonic.
 */
export interface RateLimiter {
  /** When the next permit may be taken: now or earlier if one may, Infinity if that is only known when one under way has left. */
  nextAt(now: number): number
  take(now: number): Permit
  /** For those who take permits from now on; what left before still counts. */
  change(rate: number): void
  /** Something left within the last second, or is about to: forgetting it now could let too much through. */
  isWarm(now: number): boolean
}

/** To be told once either way; a request that had to be sent over a second connection may leave twice. */
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

export function createRateLimiter({ rate, usedUpAt = -Infinity }: RateLimiterOptions): RateLimiter {
  let most = 0
  let windowMs = 0
  let paceMs = 0
  let underWay = 0
  let pacedUntil = -Infinity
  /** When those of the last second left, in order; the ones before `first` are over. */
  let left: number[] = []
  let first = 0

  const change = (next: number): void => {
    most = Math.max(1, Math.floor(next))
    windowMs = SECOND_MS * Math.max(1, 1 / next)
    paceMs = windowMs / most
    // The pace of another rate says nothing; what left within the second still counts.
    pacedUntil = -Infinity
  }
  change(rate)

  const forgetOld = (now: number): void => {
    while (first < left.length && left[first]! <= now - windowMs) first++
    // Moved in large steps, so that each is moved about once.
    if (first > 64 && first * 2 > left.length) {
      left = left.slice(first)
      first = 0
    }
  }

  /** When so many of the last second are over that one more may leave. */
  const roomAt = (): number => {
    const over = underWay + (left.length - first) - most
    if (over < 0) return -Infinity
    return (left[first + over] ?? Infinity) + windowMs
  }

  return {
    nextAt(now) {
      forgetOld(now)
      return Math.max(roomAt(), pacedUntil, usedUpAt + windowMs)
    },
    take(now) {
      underWay++
      pacedUntil = Math.max(pacedUntil, now - CATCH_UP_MS) + paceMs
      let isUnderWay = true
      const end = (): void => {
        if (isUnderWay) underWay--
        isUnderWay = false
      }
      return {
        left(at) {
          end()
          left.push(at)
        },
        unused: end,
      }
    },
    change,
    isWarm(now) {
      forgetOld(now)
      return underWay > 0 || left.length > first || now < usedUpAt + windowMs
    },
  }
}
