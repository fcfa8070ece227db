import { untilQuiet, withHarness } from './harness.ts'
import { compare, sendAll } from './kill-storm.ts'

/** Every await between accept and settle where a crash could lose or double something. Those of the SQLite engine are its own. */
export const failpoints = [
  'accept.before_commit',
  'accept.after_commit',
  'flows.before_commit',
  'run.before_commit',
  'run.after_commit',
  'flows.after_commit',
  'delivery.before_send',
  'delivery.after_send',
  'delivery.before_settle',
  'settle.before_commit',
  'settle.after_commit',
  'delivery.after_settle',
] as const
export const sqliteFailpoints = ['store.begun', 'store.applied', 'store.committed'] as const
/** On both sides of the edge to its thread. */
export const threadFailpoints = ['store.asked', 'store.heard', 'store.synced', 'store.answered'] as const

/** Where runs that wait are let on; `waiting-runs.test.ts` and `test/e2e/resumed-steps.test.ts` kill there. */
export const waitingFailpoints = ['flows.after_gate', 'flows.after_wake'] as const

/** While a form with files is received; `uploads.test.ts` kills there. */
export const uploadFailpoints = ['upload.begun', 'upload.written', 'upload.synced', 'upload.before_keep', 'upload.after_keep'] as const

export type FailpointReport = Awaited<ReturnType<typeof compare>> & {
  /** Of the life that was killed; null if a signal ended it. */
  readonly code: number | null
  readonly log: string
  /** From the next life's start until all had arrived that was acknowledged before the death. */
  readonly resumedMs: number
}

/** Sent at a time until the program has died: how many passes a few make depends on how many of them share a commit. */
const REQUESTS = 12
const CONNECTIONS = 4
const DRAIN_MS = 60_000

interface Killing {
  readonly databaseUrl?: string
  /** How often the place is passed, with the last time. */
  readonly pass: number
  /** Absent: the process is killed. Else its thread dies. */
  readonly death?: 'exit' | 'memory'
  /** Settings of the life that is killed. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Lets the program kill itself at one place while a few requests are under way, starts it again, and compares what was told with what came of it. */
export function killAt(failpoint: string, { databaseUrl, pass, death, environment: further }: Killing): Promise<FailpointReport> {
  const environment = { ...further, POSTHORN_FAILPOINT: `${failpoint}:${pass}:${death ?? 'kill'}` }
  // The engine's own places are passed by every write, so they are armed when the harness stands.
  const armLate = failpoint.startsWith('store.')
  return withHarness({ databaseUrl, connections: CONNECTIONS, ...(!armLate && { environment }) }, async (product, harness) => {
    if (armLate) {
      await product.stop()
      await product.start(environment)
    }
    const acknowledged = new Set<string>()
    let died = false
    let code: number | null = null
    const resumed = product.ended.then(async (ended) => {
      died = true
      code = ended
      const before = new Set(acknowledged)
      await product.start()
      const startedAt = performance.now()
      await harness.arrived(before, DRAIN_MS)
      return performance.now() - startedAt
    })
    resumed.catch(() => undefined)
    const deadline = performance.now() + DRAIN_MS
    for (let from = 0; !died; from += REQUESTS) {
      if (performance.now() > deadline) throw new Error(`The program did not come to ${failpoint} in ${from} requests.`)
      await sendAll(harness, { requests: REQUESTS, from, connections: CONNECTIONS, acknowledged })
      await harness.arrived(acknowledged, DRAIN_MS)
    }
    const resumedMs = await resumed
    await untilQuiet(product)
    harness.hangUp()
    await product.stop()
    return { ...(await compare(product, harness, acknowledged)), code, log: product.log(), resumedMs: Math.round(resumedMs) }
  })
}
