import { setTimeout as pause } from 'node:timers/promises'
import type { Product } from '../support/product.ts'
import { untilQuiet, withHarness, type Harness, type MessageName } from './harness.ts'
import { inspectStore } from './inspect.ts'

export interface StormOptions {
  readonly databaseUrl?: string | undefined
  readonly requests: number
  readonly connections: number
  readonly kills: number
  /**
   * Milliseconds of each life in which only what waits is worked on, drawn at random between these. Then a share of the requests comes, and
   * the kill after a random part of it.
   */
  readonly restMs: readonly [least: number, most: number]
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
  return withHarness(options, async (product, harness) => {
    const acknowledged = new Set<string>()
    const sending = new AbortController()
    const sluice = createSluice()
    try {
      const sent = sendAll(harness, { ...options, acknowledged, signal: sending.signal, admit: sluice.admit })
      sent.catch(() => undefined)
      // Senders end before the last kill only by failing, and then the storm has failed.
      await Promise.race([
        killAgainAndAgain(product, harness, { ...options, acknowledged, raise: sluice.raise, signal: sending.signal }),
        sent,
      ])
      sluice.raise(options.requests)
      const startedAt = performance.now()
      await harness.arrived(new Set(acknowledged), DRAIN_MS)
      const resumedMs = performance.now() - startedAt
      await sent
      await harness.arrived(acknowledged, DRAIN_MS)
      const drainedMs = performance.now() - startedAt
      await untilQuiet(product)
      harness.hangUp()
      await product.stop()
      const report = await compare(product, harness, acknowledged)
      return { ...report, kills: options.kills, resumedMs: Math.round(resumedMs), drainedMs: Math.round(drainedMs) }
    } finally {
      sending.abort()
    }
  })
}

/** Requests whose number is below the mark pass; the others wait until it is raised. */
function createSluice() {
  let mark = 0
  let raised = Promise.withResolvers<void>()
  return {
    async admit(n: number): Promise<void> {
      while (n >= mark) await raised.promise
    },
    raise(to: number): void {
      mark = to
      raised.resolve()
      raised = Promise.withResolvers()
    },
  }
}

interface SendingAll {
  /** How many, counted from `from`. */
  readonly requests: number
  readonly from?: number
  readonly connections: number
  readonly acknowledged: Set<string>
  readonly signal?: AbortSignal
  /** Resolves when this one may be sent. */
  readonly admit?: (n: number) => Promise<void>
  /** The processes that take turns, if not the program alone. */
  readonly via?: readonly Pick<Product, 'port'>[]
}

/** Over many connections, three requests for every message of the API; what is acknowledged is noted. */
export async function sendAll(
  harness: Harness,
  { requests, from = 0, connections, acknowledged, signal, admit, via = [] }: SendingAll,
): Promise<void> {
  let next = from
  const sender = async () => {
    for (let n = next++; n < from + requests; n = next++) {
      await admit?.(n)
      const process = via[n % (via.length || 1)]
      const options = { ...(signal && { signal }), ...(process && { via: process }) }
      const id = n % 4 === 3 ? (`message-${n}` as const) : (`request-${n}` as const)
      if (id.startsWith('message-')) await harness.post(id as MessageName, options)
      else await harness.send(id, options)
      acknowledged.add(id)
    }
  }
  await Promise.all(Array.from({ length: connections }, sender))
}

/** Requests are under way at every kill: each life is given its share of them. */
async function killAgainAndAgain(
  product: Product,
  harness: Harness,
  { requests, kills, restMs, acknowledged, raise, signal, say = () => {} }: StormOptions & Killing,
): Promise<void> {
  for (let kill = 1; kill <= kills; kill++) {
    const rest = restMs[0] + Math.random() * (restMs[1] - restMs[0])
    await pause(rest, undefined, { signal })
    const before = acknowledged.size
    const mark = Math.round((requests * kill) / (kills + 1))
    raise(mark)
    const part = before + Math.random() * (mark - before)
    while (acknowledged.size < part) await pause(1, undefined, { signal })
    await product.kill()
    say(
      `kill ${kill}: ${before} to ${acknowledged.size} of ${mark} acknowledged, ${harness.received.events.size} arrived (${Math.round(rest)} ms of rest)`,
    )
    signal.throwIfAborted()
    await product.start()
  }
}

interface Killing {
  readonly acknowledged: ReadonlySet<string>
  readonly raise: (to: number) => void
  readonly signal: AbortSignal
}

/** What was acknowledged against what arrived and what the stopped program left in its store. */
export async function compare(product: Product, harness: Harness, acknowledged: ReadonlySet<string>) {
  const { accepted, waitingTasks, unfinishedRuns, strandedLanes, gaps, deliveriesByStatus } = await inspectStore(product)
  const { events, steps, unverified } = harness.received
  return {
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => !harness.has(id)).length,
    notStored: [...acknowledged].filter((id) => !accepted.has(id)).length,
    duplicates: harness.duplicates(),
    timesMax: Math.max(...events.values(), ...steps.values()),
    unverified,
    waitingTasks,
    unfinishedRuns,
    strandedLanes,
    attemptGaps: gaps,
    failed: (deliveriesByStatus['failed'] ?? 0) + (deliveriesByStatus['cancelled'] ?? 0),
  }
}
