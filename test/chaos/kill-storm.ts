import { createProduct } from '../support/product.ts'
import { furnish } from './house.ts'
import { inspectStore } from './inspect.ts'

export interface StormOptions {
  readonly databaseUrl?: string | undefined
  readonly requests: number
  readonly connections: number
  readonly kills: number
  /** Milliseconds between a start and the next kill, drawn at random between these. */
  readonly killAfterMs: readonly [least: number, most: number]
  readonly say?: (line: string) => void
}

export interface StormReport {
  readonly acknowledged: number
  readonly lost: number
  /** Acknowledged but not found in the store. */
  readonly notStored: number
  readonly duplicates: number
  readonly unverified: number
  readonly kills: number
  /** From the last start to the last delivery: what dead processes left is resumed in it. */
  readonly drainedMs: number
  readonly waitingTasks: number
  readonly unfinishedRuns: number
  readonly strandedLanes: number
  readonly attemptGaps: number
  readonly failed: number
}

/** How long everything may take to arrive once nobody kills any more. */
const DRAIN_MS = 120_000

/**
 * Sends signed requests over many connections while the program is killed with `kill -9` at random moments and started again, then
 * lets it drain, and compares three sets: what was acknowledged, what is stored, and what arrived.
 */
export async function killStorm(options: StormOptions): Promise<StormReport> {
  const { requests, connections, killAfterMs, say = () => {} } = options
  const product = await createProduct({ databaseUrl: options.databaseUrl })
  try {
    await product.start()
    const house = await furnish(product, connections)
    try {
      const acknowledged = new Set<string>()
      const giveUp = new AbortController()
      let next = 0
      const sender = async () => {
        while (next < requests) {
          const id = `request-${next++}`
          await house.send(id, giveUp.signal)
          acknowledged.add(id)
        }
      }
      const senders = Promise.all(Array.from({ length: connections }, sender)).then(() => 'sent' as const)
      senders.catch(() => undefined)
      let kills = 0
      while (kills < options.kills) {
        const pause = killAfterMs[0] + Math.random() * (killAfterMs[1] - killAfterMs[0])
        const startedAt = performance.now()
        // The storm goes on to its last kill even when everything is sent: what waits is killed too.
        const ended = await Promise.race([senders, new Promise<'pause'>((resolve) => setTimeout(resolve, pause, 'pause'))])
        if (ended === 'sent') await new Promise((resolve) => setTimeout(resolve, pause))
        await product.kill()
        kills++
        say(
          `kill ${kills}: ${acknowledged.size} acknowledged, ${house.received.events.size} arrived (${Math.round(performance.now() - startedAt)} ms of life)`,
        )
        await product.start()
      }
      const restartedAt = performance.now()
      await senders
      await house.arrived(acknowledged, DRAIN_MS)
      const drainedMs = performance.now() - restartedAt
      await untilQuiet(product)
      await product.stop()
      const state = await inspectStore(product)
      const { events, steps, unverified } = house.received
      return {
        acknowledged: acknowledged.size,
        lost: [...acknowledged].filter((id) => !events.has(id) || !steps.has(id)).length,
        notStored: [...acknowledged].filter((id) => !state.accepted.has(id)).length,
        duplicates: surplus(events) + surplus(steps),
        unverified,
        kills,
        drainedMs: Math.round(drainedMs),
        waitingTasks: state.waitingTasks,
        unfinishedRuns: state.unfinishedRuns,
        strandedLanes: state.strandedLanes,
        attemptGaps: state.gaps,
        failed: (state.deliveriesByStatus['failed'] ?? 0) + (state.deliveriesByStatus['cancelled'] ?? 0),
      }
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n--- log\n${product.log().slice(-3000)}`, { cause: error })
    } finally {
      await house.close()
    }
  } finally {
    await product.remove()
  }
}

function surplus(times: ReadonlyMap<string, number>): number {
  let more = 0
  for (const count of times.values()) more += count - 1
  return more
}

/** The last delivery arrived; its settlement may still be on its way. */
async function untilQuiet(product: Awaited<ReturnType<typeof createProduct>>): Promise<void> {
  const deadline = performance.now() + 30_000
  while (performance.now() < deadline) {
    const open = await Promise.all(
      ['waiting', 'sending'].map((status) => product.api<{ data: unknown[] }>('GET', `/app/chaos/delivery?status=${status}&limit=1`)),
    )
    const runs = await Promise.all(
      ['queued', 'running', 'waiting'].map((status) => product.api<{ data: unknown[] }>('GET', `/app/chaos/run?status=${status}&limit=1`)),
    )
    if ([...open, ...runs].every((page) => page.data.length === 0)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('Deliveries or runs were still open 30 s after the last one arrived.')
}
