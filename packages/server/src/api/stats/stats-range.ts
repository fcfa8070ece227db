import { statsBucketMs, statsRangesMs, type StatsBucket } from '@posthorn/contract'
import { AppError } from '#domain'

/** Whole buckets: the first begins at `since`, the last ends at `until`. */
export interface StatsRange {
  readonly bucketMs: number
  readonly since: number
  readonly until: number
}

/** So many buckets where no beginning is asked for. */
const BUCKETS_DEFAULT = { minute: 60, hour: 24, day: 30 } as const

interface StatsQuery {
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly bucket: StatsBucket
  readonly group_by?: string | undefined
  readonly groups?: readonly string[] | undefined
}

/** What is asked for, widened to whole buckets; or why it is too much. */
export function statsRange(query: StatsQuery, now: number): StatsRange {
  if (query.groups !== undefined && query.group_by === undefined)
    throw refusal('?groups', 'no_groups', 'Say with "group_by" what the groups are made of, or leave "groups" out.')
  const bucketMs = statsBucketMs[query.bucket]
  const last = query.until === undefined ? now : Date.parse(query.until)
  const until = Math.ceil(last / bucketMs) * bucketMs
  const since = query.since === undefined ? until - BUCKETS_DEFAULT[query.bucket] * bucketMs : floor(Date.parse(query.since), bucketMs)
  if (since >= until) throw refusal('?since', 'bad_range', 'The range ends before it begins. Give a "since" that is earlier than "until".')
  if (since < FIRST_MOMENT || until > LAST_MOMENT) {
    const name = query.until === undefined ? '?since' : '?until'
    throw refusal(name, 'bad_range', 'Nothing was counted then. Give a time of the years from 1 to 9998.')
  }
  // One bucket more, because both ends are widened.
  if (until - since > statsRangesMs[query.bucket] + bucketMs) {
    const message = `With buckets of one ${query.bucket} a range is at most ${words[query.bucket]}. Ask for less, or for larger buckets: minute (6 hours), hour (14 days), day (90 days).`
    throw refusal('?bucket', 'range_too_long', message)
  }
  return { bucketMs, since, until }
}

/** What is beyond has no ISO 8601 of four digits for its year, once it is widened. */
const FIRST_MOMENT = Date.parse('0001-01-01T00:00:00Z')
const LAST_MOMENT = Date.UTC(9999, 0, 1)

const words = { minute: '6 hours', hour: '14 days', day: '90 days' } as const

function floor(at: number, bucketMs: number): number {
  return Math.floor(at / bucketMs) * bucketMs
}

function refusal(pointer: string, code: string, message: string): AppError {
  return new AppError('validation_error', { fields: [{ pointer, code, message }] })
}
