import { createProduct } from '../support/product.ts'
import { furnish } from './house.ts'
import { inspectStore } from './inspect.ts'

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

export interface FailpointReport {
  readonly lost: number
  readonly duplicates: number
  readonly waitingTasks: number
  readonly unfinishedRuns: number
  readonly strandedLanes: number
  readonly attemptGaps: number
  readonly died: boolean
}

const REQUESTS = 12
const CONNECTIONS = 4
const DRAIN_MS = 60_000

/** Lets the program kill itself at one place while a few requests are under way, starts it again, and compares what was told with what came of it. */
export async function killAt(failpoint: string, options: { databaseUrl?: string | undefined; pass: number }): Promise<FailpointReport> {
  const product = await createProduct({ databaseUrl: options.databaseUrl })
  try {
    await product.start()
    const house = await furnish(product, CONNECTIONS)
    try {
      await product.stop()
      await product.start({ POSTHORN_FAILPOINT: `${failpoint}:${options.pass}` })
      let died = false
      const restarted = product.ended.then(async () => {
        died = true
        await product.start()
      })
      const acknowledged = new Set<string>()
      let next = 0
      const sender = async () => {
        while (next < REQUESTS) {
          const id = `request-${next++}`
          await house.send(id)
          acknowledged.add(id)
        }
      }
      await Promise.all(Array.from({ length: CONNECTIONS }, sender))
      await restarted
      await house.arrived(acknowledged, DRAIN_MS)
      await product.stop()
      const state = await inspectStore(product)
      const { events, steps } = house.received
      const surplus = [...events.values(), ...steps.values()].reduce((more, count) => more + count - 1, 0)
      return {
        lost: [...acknowledged].filter((id) => !events.has(id) || !steps.has(id) || !state.accepted.has(id)).length,
        duplicates: surplus,
        waitingTasks: state.waitingTasks,
        unfinishedRuns: state.unfinishedRuns,
        strandedLanes: state.strandedLanes,
        attemptGaps: state.gaps,
        died,
      }
    } catch (error) {
      throw new Error(`${failpoint}: ${error instanceof Error ? error.message : String(error)}\n--- log\n${product.log().slice(-3000)}`, {
        cause: error,
      })
    } finally {
      await house.close()
    }
  } finally {
    await product.remove()
  }
}
