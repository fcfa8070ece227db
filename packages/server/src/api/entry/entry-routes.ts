import { entryOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { deleteEntry } from './delete-entry.ts'
import { getContent } from './entry-content.ts'
import { getEntry, listEntries } from './read-entries.ts'

/** Files that came with requests, as they are kept: to be looked at, fetched and removed. */
export function entryRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, entryOperations, { list: listEntries, get: getEntry, getContent, delete: deleteEntry })
}
