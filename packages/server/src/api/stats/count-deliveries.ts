import { setImmediate } from 'node:timers/promises'
import type { StatsBucketOut } from '@posthorn/contract'
import { firstIdAt } from '#domain'
import type { DeliveryOutcome, DeliveryOwner, Store } from '#store'
import type { StatsRange } from './stats-range.ts'

/** What one call reads, newest first. An index leads to them, so it costs the same in a log of any length. */
const ROWS_MAX = 100_000
const PAGE_ROWS = 1000

interface Counted {
  deliveries: number
  delivered: number
  failed: number
  cancelled: number
  attempts: number
  readonly tookMs: number[]
}

/** Counts by the time when deliveries were made. `since`: of the first bucket that could be counted as a whole. */
export async function countDeliveries(
  { logs }: Pick<Store, 'logs'>,
  owner: DeliveryOwner,
  { bucketMs, since, until, rowsMax = ROWS_MAX }: StatsRange & { readonly rowsMax?: number },
): Promise<{ readonly since: number; readonly buckets: readonly StatsBucketOut[] }> {
  const counts = new Map<number, Counted>()
  const first = firstIdAt('dlv', since)
  let before: string = firstIdAt('dlv', until)
  let from = since
  for (let read = 0; ;) {
    const rows = await logs.deliveries.outcomes(owner, { order: 'desc', beyond: before, from: first, limit: PAGE_ROWS })
    for (const row of rows) count(counts, Math.floor(row.created_at / bucketMs) * bucketMs, row)
    read += rows.length
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE_ROWS) break
    before = last.id
    if (read >= rowsMax) {
      // The bucket that was reached was not counted to its end.
      from = Math.floor(last.created_at / bucketMs) * bucketMs + bucketMs
      break
    }
    // An embedded store answers at once: others have their turn between two pages.
    await setImmediate()
  }
  const buckets: StatsBucketOut[] = []
  for (let at = from; at < until; at += bucketMs) buckets.push(bucketOut(at, counts.get(at)))
  return { since: from, buckets }
}

function count(counts: Map<number, Counted>, at: number, row: DeliveryOutcome): void {
  let one = counts.get(at)
  if (one === undefined) counts.set(at, (one = { deliveries: 0, delivered: 0, failed: 0, cancelled: 0, attempts: 0, tookMs: [] }))
  one.deliveries++
  one.attempts += row.attempts
  if (row.status === 'delivered') {
    one.delivered++
    one.tookMs.push(Math.max(0, (row.finished_at ?? row.created_at) - row.created_at))
  } else if (row.status === 'failed' || row.status === 'cancelled') one[row.status]++
}

function bucketOut(at: number, counted: Counted | undefined): StatsBucketOut {
  const { deliveries = 0, delivered = 0, failed = 0, cancelled = 0, attempts = 0, tookMs = [] } = counted ?? {}
  tookMs.sort((a, b) => a - b)
  const ended = delivered + failed
  return {
    at: new Date(at).toISOString(),
    deliveries,
    delivered,
    failed,
    cancelled,
    waiting: deliveries - delivered - failed - cancelled,
    attempts,
    successRate: ended === 0 ? null : delivered / ended,
    deliveredInMsP50: percentile(tookMs, 0.5),
    deliveredInMsP95: percentile(tookMs, 0.95),
  }
}

/** The smallest of the sorted values that so large a part of them does not exceed. */
function percentile(sorted: readonly number[], part: number): number | null {
  return sorted[Math.ceil(sorted.length * part) - 1] ?? null
}
