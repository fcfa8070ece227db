import { oneOf } from './search.ts'
import { type TimeRange, timeRanges } from './time-range.ts'

/** The time range of a log, as it stands in the address. */
export function rangeOf(value: unknown): TimeRange | undefined {
  return oneOf(
    value,
    timeRanges.map((range) => range.value),
  )
}
