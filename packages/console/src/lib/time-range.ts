import { clockTime } from './time.ts'

/** The ranges that logs offer; relative, so that a kept link goes with the time. */
export const timeRanges = [
  { value: '1h', label: 'Last hour', ms: 3_600_000 },
  { value: '24h', label: 'Last 24 h', ms: 86_400_000 },
  { value: '7d', label: 'Last 7 d', ms: 7 * 86_400_000 },
  { value: '30d', label: 'Last 30 d', ms: 30 * 86_400_000 },
  { value: 'all', label: 'All time', ms: null },
] as const

export type TimeRange = (typeof timeRanges)[number]['value']

/** Where a range begins, by the minute, so that a query asked again is the same query. Undefined: no bound. */
export function beginOf(range: TimeRange, now = Date.now()): string | undefined {
  const ms = timeRanges.find(({ value }) => value === range)?.ms
  if (ms === undefined || ms === null) return undefined
  return new Date(Math.floor((now - ms) / 60_000) * 60_000).toISOString()
}

/** What time a log shows, as it stands in the address: a range that goes with the time, or in its place a stretch that stays. */
export interface TimeSearch {
  readonly range?: TimeRange
  /** ISO 8601 in UTC. */
  readonly after?: string
  readonly before?: string
}

/** The same as the API has it. */
export function boundsOf(
  { after, before, range }: TimeSearch,
  usual: TimeRange = '24h',
): { readonly after?: string; readonly before?: string } {
  // A stretch without a beginning has none, unless a range says one.
  const from = after ?? (before === undefined || range !== undefined ? beginOf(range ?? usual) : undefined)
  return { ...(from !== undefined && { after: from }), ...(before !== undefined && { before }) }
}

/** `From 14:00:00 to 15:00:00`; undefined where no stretch is chosen. */
export function stretchWords({ after, before }: TimeSearch): string | undefined {
  if (after === undefined && before === undefined) return undefined
  const words = [
    after === undefined ? '' : `from ${clockTime(Date.parse(after))}`,
    before === undefined ? '' : `to ${clockTime(Date.parse(before))}`,
  ]
  return words
    .join(' ')
    .trim()
    .replace(/^\w/, (letter) => letter.toUpperCase())
}
