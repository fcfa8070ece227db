import type { Clock, Timer } from '#platform'
import { RateLimiter } from './rate-limiter.ts'

/** Timers count whole milliseconds and may fire a fraction early. */
const SLEEP_MS_MIN = 1

/** Where lanes that share a rate sleep until one of them may start: each permit wakes one, the one that has waited longest. */
export interface RateGate<Waiter> {
  readonly rate: number
  change(rate: number): void
  /** Whether one may start now. */
  isOpen(now: number): boolean
  /** Sleeps until its turn, and is woken once. */
  wait(waiter: Waiter): void
  /** Takes a permit: call `left` when the request is on the wire, and `over` when nothing of it can leave any more. */
  take(now: number): GatePass
  isWarm(now: number): boolean
  close(): void
}

export interface GatePass {
  left(): void
  over(): void
}

export interface RateGateOptions<Waiter> {
  readonly clock: Clock
  readonly rate: number
  readonly usedUpAt?: number | undefined
  readonly wake: (waiter: Waiter) => void
}

export function createRateGate<Waiter>({ clock, rate, usedUpAt, wake }: RateGateOptions<Waiter>): RateGate<Waiter> {
  const limiter = new RateLimiter({ rate, usedUpAt })
  const waiting = new Set<Waiter>()
  let current = rate
  let timer: Timer | undefined
  let wakesAt = Infinity

  const sleep = (): void => {
    if (waiting.size === 0) return
    const now = clock.monotonic()
    const at = limiter.nextAt(now)
    if (at >= wakesAt) return
    timer?.cancel()
    wakesAt = at
    timer = clock.after(Math.max(SLEEP_MS_MIN, Math.ceil(at - now)), wakeSleeper)
  }

  const wakeSleeper = (): void => {
    wakesAt = Infinity
    const [lane] = waiting
    if (lane !== undefined) {
      waiting.delete(lane)
      wake(lane)
    }
    sleep()
  }

  return {
    get rate() {
      return current
    },
    change(next) {
      current = next
      limiter.change(next)
      wakesAt = Infinity
      sleep()
    },
    isOpen: (now) => limiter.nextAt(now) <= now,
    wait(lane) {
      waiting.add(lane)
      sleep()
    },
    take(now) {
      const permit = limiter.take(now)
      let hasLeft = false
      return {
        left() {
          hasLeft = true
          permit.left(clock.monotonic())
          sleep()
        },
        over() {
          if (hasLeft) return
          permit.unused()
          sleep()
        },
      }
    },
    isWarm: (now) => limiter.isWarm(now),
    close() {
      timer?.cancel()
      waiting.clear()
    },
  }
}
