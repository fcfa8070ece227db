import { chosen, textOf } from '../../lib/search.ts'

/** What stands in the address of Event types. */
export interface EventTypesSearch {
  readonly q?: string
  readonly open?: string
  /** Also those that are archived. */
  readonly archived?: boolean
}

export function eventTypesSearch(raw: Readonly<Record<string, unknown>>): EventTypesSearch {
  return chosen({
    q: textOf(raw['q']),
    open: textOf(raw['open']),
    archived: raw['archived'] === true || raw['archived'] === 'true' ? true : undefined,
  })
}
