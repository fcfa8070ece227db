import type { StatsRange } from './stats-range.ts'
import { groupFrame, type Tallies, type Tally } from './tally.ts'

interface Counted<Bucket, Outcomes, Trouble> {
  readonly query: { readonly bucket: Bucket; readonly group_by?: string | undefined; readonly groups?: readonly string[] | undefined }
  readonly range: StatsRange
  /** Of the first bucket that could be counted as a whole. */
  readonly since: number
  readonly tallies: Tallies
  readonly outcomes: (tally: Tally) => Outcomes
  /** What of a group is shown bucket by bucket. */
  readonly trouble: (buckets: readonly Tally[]) => Trouble
}

/** What the counts of every log answer: buckets of time, and groups where they were asked for. */
export function countsJson<Bucket, Outcomes, Trouble>({
  query,
  range,
  since,
  tallies,
  outcomes,
  trouble,
}: Counted<Bucket, Outcomes, Trouble>) {
  const counted = { since, until: range.until }
  const groups = () =>
    tallies.groups(counted, query.groups).map((group) => ({ ...groupFrame(group), ...outcomes(group.all), ...trouble(group.buckets) }))
  return {
    bucket: query.bucket,
    ...{ since: new Date(since).toISOString(), until: new Date(range.until).toISOString(), complete: since === range.since },
    buckets: tallies.buckets(counted).map(({ at, tally }) => ({ at: new Date(at).toISOString(), ...outcomes(tally) })),
    groups: query.group_by === undefined ? null : groups(),
  }
}
