import type { ViewOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

export type Filters = Readonly<Record<string, string>>

/** More than a menu could show. */
const SHOWN_MAX = 250

/** What a person may choose from. */
export const viewsQuery = (app: string, list: ViewOut['list']) =>
  queryOptions({
    queryKey: ['views', app, list],
    queryFn: async () => (await api.view.list(app, { list, limit: SHOWN_MAX })).data,
    staleTime: 30_000,
  })

/** Those that everybody has. */
export const given: Readonly<Record<ViewOut['list'], readonly { readonly name: string; readonly search: Filters }[]>> = {
  requests: [
    { name: 'Refused', search: { status: 'rejected' } },
    { name: 'Slow (> 5 s)', search: { took: '5000' } },
  ],
  runs: [
    { name: 'KO', search: { status: 'ko' } },
    { name: 'Slow (> 5 s)', search: { took: '5000' } },
  ],
  messages: [{ name: 'Of this hour', search: { range: '1h' } }],
  deliveries: [
    { name: 'Not delivered', search: { status: 'waiting,throttled,held,failed' } },
    { name: 'Slow (> 5 s)', search: { took: '5000' } },
    { name: 'Of this hour', search: { range: '1h' } },
  ],
}

/** What is looked at, and not which rows: it stands in the address, and in no view. */
const notFilters = new Set(['open', 'attempt', 'tab', 'view', 'part', 'send', 'diff'])

export function filtersIn(search: object): Filters {
  const chosen = Object.entries(search).filter(([name, value]) => !notFilters.has(name) && value !== undefined)
  return Object.fromEntries(chosen.map(([name, value]) => [name, String(value)]))
}

export function isSame(one: Filters, other: Filters): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
}
