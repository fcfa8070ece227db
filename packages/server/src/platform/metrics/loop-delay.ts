import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 20
const QUANTILES = ['0.5', '0.99', '1'] as const

/** How late the event loop is, as a timer sees it. */
export interface LoopDelay {
  /** Seconds by quantile, since it was last asked. */
  read(): [string, number][]
  stop(): void
}

export function watchLoopDelay(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  return {
    read() {
      // The timer's own interval is part of what is measured.
      const seconds = QUANTILES.map((quantile): [string, number] => {
        const ms = histogram.count === 0 ? 0 : histogram.percentile(Number(quantile) * 100) / 1e6
        return [quantile, Math.max(0, ms - RESOLUTION_MS) / 1000]
      })
      histogram.reset()
      return seconds
    },
    stop: () => void histogram.disable(),
  }
}
