import { chosen, textOf } from '../../lib/search.ts'

/** What stands in the address of Connections. */
export interface ConnectionsSearch {
  readonly q?: string
}

export function connectionsSearch(raw: Readonly<Record<string, unknown>>): ConnectionsSearch {
  return chosen({
    q: textOf(raw['q']),
  })
}
