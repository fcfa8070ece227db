import { rangeOf } from '../../lib/range-search.ts'
import { chosen, oneOf, textOf } from '../../lib/search.ts'
import type { TimeRange } from '../../lib/time-range.ts'

export const entryKinds = ['silo', 'file'] as const

/** What stands in the address of the silo. */
export interface SiloSearch {
  readonly kind?: (typeof entryKinds)[number]
  readonly key?: string
  readonly tag?: string
  /** Where in a document `value` stands. */
  readonly path?: string
  readonly value?: string
  readonly range?: TimeRange
}

export function siloSearch(raw: Readonly<Record<string, unknown>>): SiloSearch {
  return chosen({
    kind: oneOf(raw['kind'], entryKinds),
    key: textOf(raw['key']),
    tag: textOf(raw['tag']),
    path: textOf(raw['path']),
    value: textOf(raw['value']),
    range: rangeOf(raw['range']),
  })
}

/** What stands in the address of an entry: the version that is looked at, if it is not the last. */
export function entrySearch(raw: Readonly<Record<string, unknown>>): { readonly version?: number } {
  const version = Number(textOf(raw['version']))
  return chosen({ version: Number.isInteger(version) && version > 0 ? version : undefined })
}
