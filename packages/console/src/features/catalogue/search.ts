import { chosen, textOf } from '../../lib/search.ts'

/** What stands in the address of Event types. */
export interface EventTypesSearch {
  readonly q?: string
  readonly open?: string
}

export function eventTypesSearch(raw: Readonly<Record<string, unknown>>): EventTypesSearch {
  return chosen({
    q: textOf(raw['q']),
    open: textOf(raw['open']),
  })
}
