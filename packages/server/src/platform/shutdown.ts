import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

/** What must be stopped. */
export interface Part {
  readonly name: string
  /** Called of all parts at the very beginning, before any is waited for: begins nothing new that others would have to wait for. */
  readonly notify?: () => void
  /** Should end early when its signal aborts, which it does at its deadline. */
  readonly stop: (signal: AbortSignal) => Promise<void>
}

/**
 * Stops what was started, each once: first all parts are notified, then they are waited for in reverse order. A part that is only
 * notified when another one has ended goes on as long as that one takes, and takes in what nobody is there to do.
 */
export interface Shutdown {
  register(name: string, stop: Part['stop']): void
  /** Parts that stop together, and by a time of their own if those behind them are to have some left. */
  registerTogether(parts: readonly Part[], withinMs?: number): void
  /** Resolves true if everything stopped in time and without a fault. A second call joins the first. */
  run(deadlineMs: number): Promise<boolean>
}

/** How long each part may take to react once the deadline has passed. */
const LATE_MS = 250

interface Stage {
  readonly parts: readonly Part[]
  readonly withinMs: number
}

export function createShutdown({ clock, log }: { clock: Clock; log: Log }): Shutdown {
  const stages: Stage[] = []
  let running: Promise<boolean> | undefined

  const stopAll = async (deadlineMs: number): Promise<boolean> => {
    const end = clock.monotonic() + deadlineMs
    const backwards = stages.toReversed()
    const notified = backwards.flatMap(({ parts }) => parts.map(notify))
    let clean = notified.every(Boolean)
    for (const stage of backwards) clean = (await stopStage(stage, end)) && clean
    return clean
  }

  const notify = (part: Part): boolean => {
    try {
      part.notify?.()
      return true
    } catch (error) {
      log.error('shutdown.part.failed', { part: part.name, error })
      return false
    }
  }

  const stopStage = async ({ parts, withinMs }: Stage, end: number): Promise<boolean> => {
    const leftMs = Math.max(Math.min(end - clock.monotonic(), withinMs), 0)
    const deadline = new AbortController()
    const timer = clock.after(leftMs, () => deadline.abort(new Error('the time to stop is over')))
    const stopped = await Promise.all(parts.map(({ name, stop }) => settled(name, (async () => stop(deadline.signal))(), leftMs + LATE_MS)))
    timer.cancel()
    return stopped.every(Boolean)
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
    register: (name, stop) => void stages.push({ parts: [{ name, stop }], withinMs: Infinity }),
    registerTogether: (parts, withinMs = Infinity) => void stages.push({ parts, withinMs }),
    run: (deadlineMs) => (running ??= stopAll(deadlineMs)),
  }
}
