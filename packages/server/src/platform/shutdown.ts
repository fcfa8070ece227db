import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

/** Stops what was started, in reverse order, each once. */
export interface Shutdown {
  /** `stop` should end early when its signal aborts, which it does at the deadline. */
  register(name: string, stop: (signal: AbortSignal) => Promise<void>): void
  /** Resolves true if everything stopped in time and without a fault. A second call joins the first. */
  run(deadlineMs: number): Promise<boolean>
}

/** How long each part may take to react once the deadline has passed. */
const LATE_MS = 250

export function createShutdown({ clock, log }: { clock: Clock; log: Log }): Shutdown {
  const parts: { name: string; stop: (signal: AbortSignal) => Promise<void> }[] = []
  let running: Promise<boolean> | undefined

  const stopAll = async (deadlineMs: number): Promise<boolean> => {
    const deadline = new AbortController()
    const end = clock.monotonic() + deadlineMs
    const timer = clock.after(deadlineMs, () => deadline.abort(new Error('the time to stop is over')))
    let clean = true
    for (const { name, stop } of parts.toReversed()) {
      const stopped = await settled(name, (async () => stop(deadline.signal))(), Math.max(end - clock.monotonic(), 0) + LATE_MS)
      clean &&= stopped
    }
    timer.cancel()
    return clean
  }

  const settled = async (name: string, stopping: Promise<void>, limitMs: number): Promise<boolean> => {
    const late = Promise.withResolvers<'late'>()
    const timer = clock.after(limitMs, () => late.resolve('late'))
    try {
      const outcome = await Promise.race([stopping, late.promise])
      if (outcome === 'late') log.error('shutdown.part.late', { part: name })
      return outcome !== 'late'
    } catch (error) {
      log.error('shutdown.part.failed', { part: name, error })
      return false
    } finally {
      timer.cancel()
    }
  }

  return {
    register: (name, stop) => void parts.push({ name, stop }),
    run: (deadlineMs) => (running ??= stopAll(deadlineMs)),
  }
}
