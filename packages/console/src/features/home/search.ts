import { chosen, momentOf, oneOf } from '../../lib/search.ts'

export const homeRanges = ['1h', '24h', '7d', '30d'] as const
export type HomeRange = (typeof homeRanges)[number]

/** What stands in the address of Home: a range that goes with the time, or in its place a stretch that was chosen in the chart. */
export interface HomeSearch {
  readonly range?: HomeRange
  /** ISO 8601 in UTC. */
  readonly after?: string
  readonly before?: string
}

export function homeSearch(raw: Readonly<Record<string, unknown>>): HomeSearch {
  const [after, before] = [momentOf(raw['after']), momentOf(raw['before'])]
  const isStretch = after !== undefined && before !== undefined && after < before
  return chosen({ range: oneOf(raw['range'], homeRanges), ...(isStretch && { after, before }) })
}
