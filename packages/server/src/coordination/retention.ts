import { sleep, type Clock, type Log } from '#platform'
import type { RetentionBefore, Store } from '#store'

export interface RetentionOptions {
  readonly store: Pick<Store, 'retain' | 'queries' | 'cancelDeliveries' | 'files' | 'purgeEntries'>
  readonly clock: Clock
  readonly log: Log
  readonly days: { readonly logs: number; readonly files: number; readonly audit: number }
}

const DAY_MS = 86_400_000
const EVERY_MS = 10 * 60_000
const CHUNK_ROWS = 250
const FILES_MAX = 20
/**
 * Between chunks live work has the store to itself for three times as long as a chunk took, within these bounds, so that removing millions
 * of old rows costs it little. A sweep that takes longer than until the next one pauses least: else a busy store grew without end.
 */
const PAUSE_FACTOR = 3
const PAUSE_MS_MIN = 20
const PAUSE_MS_MAX = 200

/**
 * Removes what is older than it must be kept, a chunk at a time, never live work, and ends what waits for an endpoint that was
 * deleted. Killed at any point it goes on at the next start.
 */
export function createRetention({ store, clock, log, days }: RetentionOptions) {
  const stopping = new AbortController()
  let working: Promise<void> = Promise.resolve()

  /** Of a chunk that began `since`, in a sweep that began at `start`; both monotonic. */
  const pause = (since: number, start: number): Promise<void> => {
    const now = clock.monotonic()
    const wished = now - start > EVERY_MS ? 0 : PAUSE_FACTOR * (now - since)
    return sleep(clock, Math.min(Math.max(wished, PAUSE_MS_MIN), PAUSE_MS_MAX), stopping.signal)
  }

  const sweep = async (): Promise<void> => {
    const now = clock.now()
    const logs = now - days.logs * DAY_MS
    const [entries, audit] = [now - days.files * DAY_MS, now - days.audit * DAY_MS]
    const before: RetentionBefore = { requests: logs, runs: logs, messages: logs, deliveries: logs, entries, audit, now }
    const start = clock.monotonic()
    let removed = 0
    for (;;) {
      const since = clock.monotonic()
      const rows = await store.retain(before, CHUNK_ROWS)
      if (rows === 0) break
      removed += rows
      await pause(since, start)
    }
    if (removed > 0) log.info('store.retention.removed', { rows: removed })
  }

  /** Nobody claims the lane of an endpoint that was deleted, alone or with its application: what still waits there ends here. */
  const endRemoved = async (): Promise<void> => {
    const lanes = await store.queries.lanes.removedWithTasks()
    const start = clock.monotonic()
    for (const lane of lanes) {
      for (let ended = 1; ended > 0;) {
        const since = clock.monotonic()
        ended = (await store.cancelDeliveries(await store.queries.lanes.waitingIn(lane, CHUNK_ROWS))).length
        await pause(since, start)
      }
    }
    if (lanes.length > 0) log.info('store.retention.cancelled', { lanes: lanes.length })
  }

  /** The bytes of what was removed. The disk does it, so nothing is held up in between. */
  const purge = async (): Promise<void> => {
    while (!stopping.signal.aborted && (await store.purgeEntries(FILES_MAX)) > 0);
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // What keeps one of them from its end is no reason to leave out the others.
      for (const work of [endRemoved, sweep, purge, () => store.files.sweep()])
        await work().catch((error: unknown) => {
          if (!stopping.signal.aborted) log.warn('store.retention.failed', { error })
        })
      await sleep(clock, EVERY_MS, stopping.signal).catch(() => undefined)
    }
  }

  return {
    start(): void {
      working = loop()
    },
    async stop(): Promise<void> {
      stopping.abort(new Error('the process stops'))
      await working
    },
  }
}
