import { describe, test } from 'vitest'
import { killAt } from './failpoints.ts'
import { withHarness } from './harness.ts'

const MINUTES_MS = 600_000
const nothingLost = {
  lost: 0,
  notStored: 0,
  unverified: 0,
  waitingTasks: 0,
  unfinishedRuns: 0,
  strandedLanes: 0,
  attemptGaps: 0,
  failed: 0,
}
const CRASHED = 1

/** Also where this machine has one core. */
const threaded = { POSTHORN_STORE_THREAD: 'always' }
/** A thread has as much as the process would have; this much is soon full. */
const smallHeap = { NODE_OPTIONS: '--max-old-space-size=160' }

describe.concurrent('the thread of the embedded store dies alone', () => {
  test.for([
    ['store.synced', 'exit', 60],
    // In the midst of a transaction.
    ['store.applied', 'exit', 30],
    ['store.heard', 'memory', 12],
  ] as const)(
    'at %s, by %s: the process ends with it and says so, and the next life resumes without loss',
    { timeout: MINUTES_MS },
    async ([failpoint, death, pass], { expect }) => {
      const { log, ...report } = await killAt(failpoint, {
        pass,
        death,
        environment: { ...threaded, ...(death === 'memory' && smallHeap) },
      })
      expect(report).toMatchObject({ ...nothingLost, code: CRASHED })
      expect(report.timesMax).toBeLessThanOrEqual(2)
      expect(log).toContain('"event":"store.thread.ended"')
      expect(log).toContain(death === 'memory' ? 'ERR_WORKER_OUT_OF_MEMORY' : 'ended with code 1')
    },
  )

  test('the one that reads lists: the process ends, and whoever waits is not left hanging', { timeout: MINUTES_MS }, ({ expect }) =>
    withHarness({ connections: 1 }, async (product) => {
      await product.stop()
      await product.start({ ...threaded, POSTHORN_FAILPOINT: 'reads.heard:1:exit' })
      await expect(product.api('GET', '/app/chaos/delivery')).rejects.toThrow('fetch failed')
      expect(await product.ended).toBe(CRASHED)
      expect(product.log()).toContain('"event":"store.thread.ended"')
    }),
  )
})
