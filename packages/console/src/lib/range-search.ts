import { momentOf, oneOf } from './search.ts'
import { type TimeRange, timeRanges } from './time-range.ts'

/** The time range of a log, as it stands in the address. */
export function rangeOf(value: unknown): TimeRange | undefined {
  return oneOf(
    value,
    timeRanges.map((range) => range.value),
  )
}

/** The time of a log: a range, or a stretch. */
export function timeOf(raw: Readonly<Record<string, unknown>>) {
  return { range: rangeOf(raw['range']), after: momentOf(raw['after']), before: momentOf(raw['before']) }
}
