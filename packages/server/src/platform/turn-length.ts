import { performance } from 'node:perf_hooks'

/** A mean over less would show single turns. */
const WINDOW_MS = 100

/**
 * How long the turns of this thread's event loop are, as far as it works in them: the mean of about the last tenth of a second, or of all the
 * time since it was asked.
 */
export function createTurnLength(): () => number {
  const { eventLoopUtilization, nodeTiming } = performance
  let since = eventLoopUtilization()
  let turns = nodeTiming.uvMetricsInfo.loopCount
  let turnMs = 0
  return () => {
    const { idle, active } = eventLoopUtilization(since)
    if (idle + active < WINDOW_MS) return turnMs
    const { loopCount } = nodeTiming.uvMetricsInfo
    turnMs = active / Math.max(1, loopCount - turns)
    turns = loopCount
    since = eventLoopUtilization()
    return turnMs
  }
}
