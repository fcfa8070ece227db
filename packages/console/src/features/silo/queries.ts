import type { EntryListOut, EntryListQuery } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { beginOf } from '../../lib/time-range.ts'
import type { SiloSearch } from './search.ts'

export type Entry = EntryListOut['data'][number]

/** What a person calls it. */
export const entryName = ({ key, name, id }: Pick<Entry, 'key' | 'name' | 'id'>): string => key ?? name ?? id

/** What narrows the list, as the API takes it: only entries of the silo have keys, tags and documents. */
export function entryFilter({ kind = 'silo', key, tag, path, value, range = 'all' }: SiloSearch): EntryListQuery {
  const after = beginOf(range)
  const ofSilo = kind === 'silo' && {
    ...(key !== undefined && { key }),
    ...(tag !== undefined && { tag }),
    ...(path !== undefined && value !== undefined && { path, value }),
  }
  return { limit: 50, kind, ...ofSilo, ...(after !== undefined && { after }) }
}

export const entryQuery = (app: string, id: string) => queryOptions({ queryKey: ['entry', app, id], queryFn: () => api.entry.get(app, id) })

export const versionsQuery = (app: string, id: string) =>
  queryOptions({ queryKey: ['entry versions', app, id], queryFn: () => api.entry.listVersions(app, id) })
