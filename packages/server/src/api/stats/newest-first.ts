import { setImmediate } from 'node:timers/promises'
import { firstIdAt, type IdPrefix } from '#domain'
import type { Stretch } from '#store'
import type { StatsRange } from './stats-range.ts'

/** What one call reads, newest first. An index leads to them, so it costs the same in a log of any length. */
const ROWS_MAX = 100_000
const PAGE_ROWS = 1000

interface LogOf<Row> {
  readonly prefix: IdPrefix
  /** Whose logs, each of which is indexed by itself. */
  readonly owners: readonly string[]
  readonly read: (owner: string, stretch: Stretch) => Promise<readonly Row[]>
  readonly at: (row: Row) => number
  readonly each: (row: Row) => void
  readonly rowsMax?: number | undefined
}

/**
 * Reads the rows of a range, always on in the log that came least far back, so that the budget goes to the newest of all. Returns the
 * beginning of the first bucket of which every row was read.
 */
export async function newestFirst<Row extends { readonly id: string }>(
  { bucketMs, since, until }: StatsRange,
  { prefix, owners, read, at, each, rowsMax = ROWS_MAX }: LogOf<Row>,
): Promise<number> {
  const from = firstIdAt(prefix, since)
  const open = owners.map((owner) => ({ owner, beyond: firstIdAt(prefix, until) as string, reached: until }))
  for (let left = rowsMax; open.length > 0;) {
    const next = open.reduce((newest, one) => (one.beyond > newest.beyond ? one : newest))
    // The bucket that was reached was not counted to its end.
    if (left <= 0) return Math.floor(next.reached / bucketMs) * bucketMs + (next.reached === until ? 0 : bucketMs)
    const rows = await read(next.owner, { order: 'desc', beyond: next.beyond, from, limit: PAGE_ROWS })
    rows.forEach(each)
    left -= rows.length
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE_ROWS) open.splice(open.indexOf(next), 1)
    else Object.assign(next, { beyond: last.id, reached: at(last) })
    // An embedded store answers at once: others have their turn between two pages.
    await setImmediate()
  }
  return since
}
