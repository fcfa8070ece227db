import { chosen, oneOf } from '../../lib/search.ts'

export const homeRanges = ['1h', '24h', '7d', '30d'] as const
export type HomeRange = (typeof homeRanges)[number]

export interface HomeSearch {
  readonly range?: HomeRange
}

export function homeSearch(raw: Readonly<Record<string, unknown>>): HomeSearch {
  return chosen({ range: oneOf(raw['range'], homeRanges) })
}
