import type { Clock } from '#platform'
import { weighsWithin } from './json-within.ts'

/**
 * Thrown inside a segment that runs on the event loop, where it would take longer than others may wait. Nothing was committed and no
 * state was changed, so whoever runs it does so again in a process of its own.
 */
export class Elsewhere extends Error {}

/** What a segment may still use of the event loop. Each of these throws `Elsewhere` where that is less than it needs. */
export interface Turn {
  /** Before work on a value, whose time grows with it: a filter, a comparison of two trees, the text of one. */
  weigh(value: unknown): void
  /** At each of many small things. */
  tick(): void
  /** Where the time is known anyway. */
  at(now: number): void
}

/** As text, about. The slowest filter needs five milliseconds for so much (`sort_natural`, two thousand texts). */
const INLINE_WEIGHT_MAX = 20_000

/** Reading the clock takes twenty times as long as reading a field. */
const TICKS_A_LOOK = 16

/**
 * `leftMs` of processor time, by the clock of the thread, which is asked only once so much has passed: what passes while somebody else has the
 * processor is no work of ours, and a process of our own would get even less of it.
 */
export function createTurn(clock: Pick<Clock, 'monotonic' | 'processor'>, leftMs: number, usedBefore: number): Turn {
  let ticks = 0
  let lookAt = clock.monotonic() + leftMs
  const at = (now: number): void => {
    if (now <= lookAt) return
    const left = leftMs - (clock.processor() - usedBefore)
    if (left < 0) throw new Elsewhere()
    lookAt = now + left
  }
  return {
    weigh(value) {
      if (typeof value === 'string' ? value.length > INLINE_WEIGHT_MAX : !weighsWithin(value, INLINE_WEIGHT_MAX)) throw new Elsewhere()
      at(clock.monotonic())
    },
    tick() {
      if (++ticks % TICKS_A_LOOK === 0) at(clock.monotonic())
    },
    at,
  }
}
