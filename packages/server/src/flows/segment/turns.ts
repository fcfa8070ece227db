import type { Clock } from '#platform'
import { createTurn, type Turn } from './turn.ts'

/**
 * The event loop's time for flows: what all segments of one turn of the loop may use together. Many runs go on in one turn, because
 * they share a commit, so a limit for each of them would not be one for their callers' neighbours.
 */
export interface Turns {
  /** What is left of this turn; undefined if that is nothing. */
  open(): Turn | undefined
  /** After work on the event loop that began at `beganAt`, in the turn opened last; gives the processor time that it took. */
  used(beganAt: number): number
  /** Resolves in a later turn. */
  next(): Promise<void>
}

/** With the last step, which is not interrupted, and what else a turn has to do, this stays well below 50 ms. */
export const TURN_MS = 10
/** Below this the end of the turn need not be looked for, nor the processor time asked for, which takes ten times as long as the time. */
const UNSEEN_MS = 1

export function createTurns(clock: Pick<Clock, 'monotonic' | 'processor'>): Turns {
  let usedMs = 0
  /** The thread's processor time when it was last asked, not much longer ago than a segment's beginning. */
  let seen = { at: -Infinity, processorMs: 0 }
  let ending: PromiseWithResolvers<void> | undefined
  function end(): Promise<void> {
    if (ending === undefined) {
      const mine = Promise.withResolvers<void>()
      ending = mine
      setImmediate(() => {
        usedMs = 0
        ending = undefined
        mine.resolve()
      })
    }
    return ending.promise
  }
  return {
    open() {
      if (usedMs >= TURN_MS) return undefined
      const now = clock.monotonic()
      if (now - seen.at > UNSEEN_MS) seen = { at: now, processorMs: clock.processor() }
      return createTurn(clock, TURN_MS - usedMs, seen.processorMs)
    },
    used(beganAt) {
      const passedMs = clock.monotonic() - beganAt
      const tookMs = passedMs > UNSEEN_MS ? Math.min(passedMs, clock.processor() - seen.processorMs) : passedMs
      usedMs += tookMs
      if (usedMs > UNSEEN_MS) void end()
      return tookMs
    },
    next: end,
  }
}
