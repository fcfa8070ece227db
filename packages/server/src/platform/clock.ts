/** Time as the rooms see it. Rooms are handed a `Clock` and never ask the machine, so a simulation can run them on a fake one. */
export interface Clock {
  /** Wall time, integer milliseconds since 1970. May jump; never used to measure a duration. */
  now(): number
  /** Milliseconds that only ever grow, with fractions. The origin is arbitrary. */
  monotonic(): number
  /** Milliseconds for which this thread had a processor, with fractions. On a busy machine much less than what passed. */
  processor(): number
  /** Calls `fire` once, after at least `delayMs`. The returned handle cancels it; a pending timer does not keep the process alive. */
  after(delayMs: number, fire: () => void): Timer
}

export interface Timer {
  cancel(): void
}

/** Resolves after `delayMs`; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = () => {
      timer.cancel()
      reject(signal?.reason)
    }
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    signal?.addEventListener('abort', abort, { once: true })
  })
}

/** The machine's own clock. The only place that may call `Date.now`, `performance.now` and `setTimeout`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  processor() {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  },
  after(delayMs, fire) {
    // setTimeout overflows to 1 ms above 2^31-1; a longer wait is looked at again by whoever asked.
    const handle = setTimeout(fire, Math.min(Math.max(delayMs, 0), 2_147_483_647))
    handle.unref()
    return { cancel: () => clearTimeout(handle) }
  },
}
