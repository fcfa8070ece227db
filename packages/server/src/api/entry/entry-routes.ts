import { entryOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { deleteEntry } from './delete-entry.ts'
import { getContent } from './entry-content.ts'
import { getEntry, listEntries, listVersions } from './read-entries.ts'
import { ENTRY_BODY_BYTES_MAX, makeEntry, updateEntry } from './write-entry.ts'

/** Entries of the silo, and files that came with requests. */
export function entryRoutes(deps: ApiDeps): Route[] {
  const routes = routesOf(deps, entryOperations, {
    list: listEntries,
    create: makeEntry,
    update: updateEntry,
    listVersions,
    get: getEntry,
    getContent,
    delete: deleteEntry,
  })
  return routes.map((route) => ({ ...route, bodyBytesMax: ENTRY_BODY_BYTES_MAX }))
}
