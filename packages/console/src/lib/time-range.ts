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
