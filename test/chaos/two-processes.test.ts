import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { emptyDatabase } from '../support/postgres.ts'
import { createProduct, type Product } from '../support/product.ts'
import { untilQuiet, withHarness, type Harness } from './harness.ts'
import { compare, sendAll } from './kill-storm.ts'

const CONNECTIONS = 16
const ARRIVE_MS = 60_000
const IN_FLIGHT_MAX = 512
/** Of which five seconds pass before a silent process is called dead. */
const ADOPTED_MS_MAX = 20_000
/** Longer than a life lasts without a beat. */
const FROZEN_MS = 8000
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

describe.concurrent('two processes on one PostgreSQL', () => {
  test('one is killed with kill -9: the other adopts its work within 20 s, and all arrives', async ({ expect }) => {
    await withTwo(async ({ product, other, harness }) => {
      const acknowledged = new Set<string>()
      const toOther = new Set<string>()
      const abort = new AbortController()
      const dying = sendAll(harness, {
        requests: 100_000,
        connections: CONNECTIONS,
        acknowledged: toOther,
        signal: abort.signal,
        via: [other],
      })
      dying.catch(() => undefined)
      await expect.poll(() => toOther.size, { timeout: ARRIVE_MS, interval: 10 }).toBeGreaterThan(200)
      await other.kill()
      abort.abort()
      // How long all of it takes from there on says how busy the machine is.
      await expect.poll(() => product.log(), { timeout: ADOPTED_MS_MAX, interval: 100 }).toContain('store.session.reaped')
      await dying.catch(() => undefined)
      await harness.arrived(toOther, ARRIVE_MS)
      await sendAll(harness, { from: 200_000, requests: 50, connections: CONNECTIONS, acknowledged })
      for (const id of toOther) acknowledged.add(id)
      await quietly({ product, harness }, acknowledged)
    })
  })

  test('one stands still for longer than its life: what it does late is refused', async ({ expect }) => {
    await withTwo(async ({ product, other, harness }) => {
      const acknowledged = new Set<string>()
      const sent = sendAll(harness, { requests: 3000, connections: CONNECTIONS, acknowledged, via: [product, other] })
      sent.catch(() => undefined)
      await expect.poll(() => acknowledged.size, { timeout: ARRIVE_MS, interval: 10 }).toBeGreaterThan(200)
      other.freeze()
      await pause(FROZEN_MS)
      other.thaw()
      await sent
      await harness.arrived(acknowledged, ARRIVE_MS)
      await quietly({ product, harness }, acknowledged)
      expect(other.log()).toContain('store.session.lost')
    })
  })
})

interface Two {
  readonly product: Product
  readonly other: Product
  readonly harness: Harness
}

async function withTwo(scene: (two: Two) => Promise<void>): Promise<void> {
  const database = await emptyDatabase()
  const other = await createProduct({ databaseUrl: database.url })
  try {
    await withHarness({ connections: CONNECTIONS * 2, databaseUrl: database.url }, async (product, harness) => {
      await other.start()
      await scene({ product, other, harness })
    })
  } finally {
    await other.remove()
    await database.drop()
  }
}

async function quietly({ product, harness }: Pick<Two, 'product' | 'harness'>, acknowledged: ReadonlySet<string>): Promise<void> {
  await untilQuiet(product)
  const report = await compare(product, harness, acknowledged)
  expect(report).toMatchObject(nothingLost)
  expect(report.duplicates).toBeLessThanOrEqual(IN_FLIGHT_MAX)
  expect(report.timesMax).toBeLessThanOrEqual(2)
}
