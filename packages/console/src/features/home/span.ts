import { clockTime } from '../../lib/time.ts'
import type { HomeRange, HomeSearch } from './search.ts'

type Bucket = 'minute' | 'hour' | 'day'

/** The time that Home looks at, and how finely. */
export interface Span {
  readonly words: string
  readonly bucket: Bucket
  /** So many buckets make one bar. */
  readonly fold: number
  /** How long a bar is, in words. */
  readonly bar: string
  /** ISO 8601 in UTC. */
  readonly since: string
  readonly until: string
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const bucketMs: Readonly<Record<Bucket, number>> = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS }

const ranges: Readonly<Record<HomeRange, { readonly words: string; readonly bucket: Bucket; readonly ms: number; readonly fold: number }>> =
  {
    '1h': { words: 'in the last hour', bucket: 'minute', ms: HOUR_MS, fold: 2 },
    '24h': { words: 'in the last 24 hours', bucket: 'hour', ms: DAY_MS, fold: 1 },
    '7d': { words: 'in the last 7 days', bucket: 'hour', ms: 7 * DAY_MS, fold: 6 },
    '30d': { words: 'in the last 30 days', bucket: 'day', ms: 30 * DAY_MS, fold: 1 },
  }

/** As many bars as a chart has room for. */
const BARS_MAX = 30
/** What the API counts by minutes, by hours and at all. */
const BY_MINUTE_MS = 6 * HOUR_MS
const BY_HOUR_MS = 14 * DAY_MS
const LONGEST_MS = 90 * DAY_MS

/** A range ends with the bar that holds this moment; a stretch is what was chosen. */
export function spanOf({ range = '24h', after, before }: HomeSearch, now = Date.now()): Span {
  if (after !== undefined && before !== undefined) return stretchOf(Date.parse(after), Date.parse(before), now)
  const { words, bucket, ms, fold } = ranges[range]
  const barMs = bucketMs[bucket] * fold
  const until = Math.ceil(now / barMs) * barMs
  return { words, bucket, fold, bar: barWords(bucket, fold), ...moments(until - ms, until) }
}

function stretchOf(from: number, until: number, now: number): Span {
  const since = Math.max(from, until - LONGEST_MS)
  const ms = until - since
  const bucket = ms <= BY_MINUTE_MS ? 'minute' : ms <= BY_HOUR_MS ? 'hour' : 'day'
  const fold = Math.max(1, Math.ceil(ms / bucketMs[bucket] / BARS_MAX))
  const words = `from ${clockTime(since, now)} to ${clockTime(until, now)}`
  return { words, bucket, fold, bar: barWords(bucket, fold), ...moments(since, until) }
}

function moments(since: number, until: number): Pick<Span, 'since' | 'until'> {
  return { since: new Date(since).toISOString(), until: new Date(until).toISOString() }
}

function barWords(bucket: Bucket, fold: number): string {
  return fold === 1 ? `by the ${bucket} in which they were made` : `by the ${fold} ${bucket}s in which they were made`
}
