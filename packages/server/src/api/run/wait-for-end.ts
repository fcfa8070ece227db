import type { RunId } from '#domain'
import { sleep } from '#platform'
import type { ApiDeps } from '../deps.ts'

/** For runs of other processes, and for wakes that were lost. */
const POLL_MS = 250

/** Resolves when the run has ended or answered, or when the time is over. */
export async function waitForEnd(
  { store, wakeUps, clock }: Pick<ApiDeps, 'store' | 'wakeUps' | 'clock'>,
  run: RunId,
  waitMs: number,
): Promise<void> {
  if (waitMs <= 0) return
  const heard = new AbortController()
  const unlisten = wakeUps.listen('run.replied', (replied) => {
    if (replied.run === run) heard.abort()
  })
  const until = clock.monotonic() + waitMs
  try {
    while ((await store.replies([run])).length === 0) {
      const leftMs = until - clock.monotonic()
      if (leftMs <= 0) return
      await sleep(clock, Math.min(POLL_MS, leftMs), heard.signal).catch(() => undefined)
    }
  } finally {
    unlisten()
  }
}
