import type { Clock, Timer } from '../clock.ts'

/** A clock that moves only when it is moved, for tests and simulations. */
export interface FakeClock extends Clock {
  /** Moves time and fires what falls due, in order of due time, then of setting. Timers set on the way fire too when they fall due. */
  advance(ms: number): void
  /** As `advance`, but lets promises settle after each timer, so that code which awaits can set its next timer in time. */
  run(ms: number): Promise<void>
  /** Moves wall time alone, as when an operator sets the clock. Timers and monotonic time stay. */
  jump(ms: number): void
  /** Timers that have not fired. */
  readonly pending: number
}

interface Waiting {
  readonly due: number
  readonly order: number
  readonly fire: () => void
}

/** `start` is the wall time at which it begins. */
export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let elapsed = 0
  let offset = start
  let order = 0
  let waiting: Waiting[] = []

  /** Moves to the next timer that falls due by `end` and fires it; at the end when there is none. */
  const step = (end: number): boolean => {
    let next: Waiting | undefined
    for (const timer of waiting) {
      if (timer.due <= end && (next === undefined || timer.due < next.due || (timer.due === next.due && timer.order < next.order)))
        next = timer
    }
    elapsed = next === undefined ? end : Math.max(elapsed, next.due)
    if (next === undefined) return false
    waiting = waiting.filter((timer) => timer !== next)
    next.fire()
    return true
  }

  return {
    now: () => Math.floor(offset + elapsed),
    monotonic: () => elapsed,
    processor: () => elapsed,
    after(delayMs, fire): Timer {
      const timer = { due: elapsed + Math.max(delayMs, 0), order: order++, fire }
      waiting.push(timer)
      return {
        cancel() {
          waiting = waiting.filter((other) => other !== timer)
        },
      }
    },
    advance(ms) {
      const end = elapsed + ms
      while (step(end));
    },
    async run(ms) {
      const end = elapsed + ms
      do await new Promise(setImmediate)
      while (step(end))
      await new Promise(setImmediate)
    },
    jump(ms) {
      offset += ms
    },
    get pending() {
      return waiting.length
    },
  }
}
