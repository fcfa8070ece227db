import type { DeliveryStats } from './queries.ts'

/** One bar of the chart. */
export interface Bar {
  readonly from: number
  readonly until: number
  readonly delivered: number
  /** Not at their end: they wait for their time, or are held. */
  readonly waiting: number
  readonly failed: number
  readonly all: number
}

/** Folds buckets to bars; the last may be of fewer. */
export function barsOf({ buckets, until }: Pick<DeliveryStats, 'buckets' | 'until'>, fold: number): readonly Bar[] {
  const bars: Bar[] = []
  for (let at = 0; at < buckets.length; at += fold) {
    const part = buckets.slice(at, at + fold)
    const sum = (of: (bucket: (typeof part)[number]) => number): number => part.reduce((all, bucket) => all + of(bucket), 0)
    const next = buckets[at + fold]
    bars.push({
      from: Date.parse(part[0]!.at),
      until: Date.parse(next?.at ?? until),
      delivered: sum(({ delivered }) => delivered),
      waiting: sum(({ waiting }) => waiting),
      failed: sum(({ failed, cancelled }) => failed + cancelled),
      all: sum(({ deliveries }) => deliveries),
    })
  }
  return bars
}

/** Folds numbers to sums of so many. */
export function folded(numbers: readonly number[], fold: number): readonly number[] {
  return Array.from({ length: Math.ceil(numbers.length / fold) }, (_, at) =>
    numbers.slice(at * fold, (at + 1) * fold).reduce((all, one) => all + one, 0),
  )
}

/** A round number that is not below the greatest bar, in four steps: 4, 20, 800, 1,000. */
export function scaleOf(most: number): number {
  const step = Math.max(1, most / 4)
  const size = 10 ** Math.floor(Math.log10(step))
  const round = [1, 2, 2.5, 5, 10].find((part) => part * size >= step && Number.isInteger(part * size)) ?? 10
  return round * size * 4
}

/** The time of one bar, or from one to another, as an address has it. */
export function boundsOfBars(first: Bar, last = first): { readonly after: string; readonly before: string } {
  return { after: new Date(first.from).toISOString(), before: new Date(last.until).toISOString() }
}
