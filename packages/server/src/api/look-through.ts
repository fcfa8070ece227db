import { setImmediate } from 'node:timers/promises'
import { firstIdAt, type IdPrefix } from '#domain'
import type { Stretch } from '#store'
import type { PageRequest } from './page.ts'

/** Where a filter leaves rows out, one call looks through 100,000 of them. Then it answers what it has, and where to go on. */
const WINDOW_ROWS = 2000
export const WINDOWS_MAX = 50

/** What a page may hold and one row more, made in the time that `before` and `after` of its query span. */
export function stretchOf(
  page: PageRequest,
  prefix: IdPrefix,
  { before, after }: { readonly before?: string | undefined; readonly after?: string | undefined },
): Stretch {
  return {
    order: page.order,
    beyond: page.beyond,
    limit: page.limit + 1,
    from: after === undefined ? null : firstIdAt(prefix, Date.parse(after)),
    until: before === undefined ? null : firstIdAt(prefix, Date.parse(before)),
  }
}

export interface LogReader<Row> {
  /** Whether `rows` leaves any out. */
  readonly filtered: boolean
  /** The id of the last row of a stretch of the whole log; null if there are not so many. */
  readonly windowEnd: (stretch: Stretch) => Promise<string | null>
  /** What is asked for. */
  readonly rows: (stretch: Stretch) => Promise<readonly Row[]>
  /** Part of the budget, where several logs are looked through for one page. */
  readonly windowsMax?: number
}

export interface Looked<Row> {
  /** Up to one more than the page has. */
  readonly rows: readonly Row[]
  /** Where the looking stopped before the page was full; null if it came to the end. */
  readonly stoppedAt: string | null
}

export interface Windows {
  /** Rows, at most. */
  readonly wanted: number
  /** Where the first window begins. */
  readonly beyond: string | null
  readonly windowsMax: number
}

/** Collects rows window by window, until there are as many as are wanted, nothing is left to look at (`end` is null), or the budget is spent. */
export async function inWindows<Row>(
  { wanted, beyond, windowsMax }: Windows,
  next: (beyond: string | null, most: number) => Promise<{ readonly rows: readonly Row[]; readonly end: string | null }>,
): Promise<Looked<Row>> {
  const rows: Row[] = []
  let at = beyond
  for (let left = windowsMax; left > 0; left--) {
    const window = await next(at, wanted - rows.length)
    rows.push(...window.rows)
    if (window.end === null || rows.length === wanted) return { rows, stoppedAt: null }
    at = window.end
    // An embedded store answers at once: others have their turn between two windows.
    await setImmediate()
  }
  return { rows, stoppedAt: at }
}

/**
 * Reads a page of a log. Nothing but ids and owners is indexed, because each index would be paid for by every event; so a filter that
 * fits few rows is looked for in windows, and under a budget. Without one the first page is simply read.
 */
export async function lookThrough<Row>(
  stretch: Stretch,
  { filtered, windowEnd, rows, windowsMax = WINDOWS_MAX }: LogReader<Row>,
): Promise<Looked<Row>> {
  if (!filtered) return { rows: await rows(stretch), stoppedAt: null }
  return inWindows({ wanted: stretch.limit, beyond: stretch.beyond, windowsMax }, async (beyond, most) => {
    const end = await windowEnd({ ...stretch, beyond, limit: WINDOW_ROWS })
    // Up to that row and not so many: rows that come meanwhile would push others out of the window, and nobody would look at them.
    return { rows: await rows({ ...stretch, beyond, upTo: end, limit: most }), end }
  })
}

/** One page of several logs in one order. Beyond the point where the first of them stopped, nobody knows what is missing. */
export function mergeLooked<Row extends { readonly id: string }>(
  page: Pick<PageRequest, 'limit' | 'order'>,
  logs: readonly Looked<Row>[],
): Looked<Row> {
  const isBeyond = (one: string, other: string) => (page.order === 'asc' ? one > other : one < other)
  const stops = logs.flatMap(({ stoppedAt }) => stoppedAt ?? [])
  const stop = stops.reduce<string | null>((nearest, one) => (nearest === null || isBeyond(nearest, one) ? one : nearest), null)
  const rows = logs
    .flatMap((log) => log.rows)
    .filter(({ id }) => stop === null || !isBeyond(id, stop))
    .sort((a, b) => (isBeyond(a.id, b.id) ? 1 : -1))
    .slice(0, page.limit + 1)
  return { rows, stoppedAt: rows.length > page.limit ? null : stop }
}
