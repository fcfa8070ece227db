import type { Clock } from '#platform'

/** How fast the store's time runs while wall time is behind it. */
const SLOWED = 0.9

/**
 * Wall time that never goes back and never stands still: what was due stays due when an operator sets the clock back, and a retry of
 * five seconds does not wait for an hour to be lived through twice. It runs a little slower until wall time has caught up. It follows
 * wall time forward, also across a sleep of the machine; whoever sends looks at the jump and drains slowly.
 */
export function createSteadyClock(clock: Clock): Clock {
  let last = clock.now()
  let seen = clock.monotonic()
  return {
    monotonic: () => clock.monotonic(),
    processor: () => clock.processor(),
    after: (delayMs, fire) => clock.after(delayMs, fire),
    now() {
      const monotonic = clock.monotonic()
      last = Math.max(clock.now(), last + (monotonic - seen) * SLOWED)
      seen = monotonic
      return Math.floor(last)
    },
  }
}
