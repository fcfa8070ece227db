import { setTimeout as pause } from 'node:timers/promises'
import type { Product } from '../support/product.ts'
import { untilQuiet, withHouse, type House, type MessageName } from './house.ts'
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
  /** How often the one came that came most often. */
  readonly timesMax: number
  readonly unverified: number
  readonly kills: number
  /** From the last start until all had arrived that was acknowledged before it: what dead processes left is resumed in it. */
  readonly resumedMs: number
  /** From the last start until everything had arrived. */
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
export function killStorm(options: StormOptions): Promise<StormReport> {
  return withHouse(options, async (product, house) => {
    const acknowledged = new Set<string>()
    const sending = new AbortController()
    try {
      const sent = sendAll(house, { ...options, acknowledged, signal: sending.signal })
      sent.catch(() => undefined)
      await killAgainAndAgain(product, house, { ...options, acknowledged })
      const startedAt = performance.now()
      await house.arrived(new Set(acknowledged), DRAIN_MS)
      const resumedMs = performance.now() - startedAt
      await sent
      await house.arrived(acknowledged, DRAIN_MS)
      const drainedMs = performance.now() - startedAt
      await untilQuiet(product)
      await product.stop()
      const report = await compare(product, house, acknowledged)
      return { ...report, kills: options.kills, resumedMs: Math.round(resumedMs), drainedMs: Math.round(drainedMs) }
    } finally {
      sending.abort()
    }
  })
}

interface SendingAll {
  /** How many, counted from `from`. */
  readonly requests: number
  readonly from?: number
  readonly connections: number
  readonly acknowledged: Set<string>
  readonly signal?: AbortSignal
  /** The processes that take turns, if not the program alone. */
  readonly via?: readonly Pick<Product, 'port'>[]
}

/** Over many connections, three requests for every message of the API; what is acknowledged is noted. */
export async function sendAll(
  house: House,
  { requests, from = 0, connections, acknowledged, signal, via = [] }: SendingAll,
): Promise<void> {
  let next = from
  const sender = async () => {
    for (let n = next++; n < from + requests; n = next++) {
      const process = via[n % (via.length || 1)]
      const options = { ...(signal && { signal }), ...(process && { via: process }) }
      const id = n % 4 === 3 ? (`message-${n}` as const) : (`request-${n}` as const)
      if (id.startsWith('message-')) await house.post(id as MessageName, options)
      else await house.send(id, options)
      acknowledged.add(id)
    }
  }
  await Promise.all(Array.from({ length: connections }, sender))
}

/** Goes on to the last kill even when everything is sent: what waits is killed too. */
async function killAgainAndAgain(
  product: Product,
  house: House,
  { kills, killAfterMs, acknowledged, say = () => {} }: StormOptions & { acknowledged: ReadonlySet<string> },
): Promise<void> {
  for (let kill = 1; kill <= kills; kill++) {
    const life = killAfterMs[0] + Math.random() * (killAfterMs[1] - killAfterMs[0])
    await pause(life)
    await product.kill()
    say(`kill ${kill}: ${acknowledged.size} acknowledged, ${house.received.events.size} arrived (${Math.round(life)} ms of life)`)
    await product.start()
  }
}

/** What was acknowledged against what arrived and what the stopped program left in its store. */
export async function compare(product: Product, house: House, acknowledged: ReadonlySet<string>) {
  const { accepted, waitingTasks, unfinishedRuns, strandedLanes, gaps, deliveriesByStatus } = await inspectStore(product)
  const { events, steps, unverified } = house.received
  return {
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => !house.has(id)).length,
    notStored: [...acknowledged].filter((id) => !accepted.has(id)).length,
    duplicates: house.duplicates(),
    timesMax: Math.max(...events.values(), ...steps.values()),
    unverified,
    waitingTasks,
    unfinishedRuns,
    strandedLanes,
    attemptGaps: gaps,
    failed: (deliveriesByStatus['failed'] ?? 0) + (deliveriesByStatus['cancelled'] ?? 0),
  }
}
