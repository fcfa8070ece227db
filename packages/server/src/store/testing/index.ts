/** For tests only: what rooms may not do to the store. */
import type { Kysely } from 'kysely'
import { tablesWithin, type Tables } from '../queries/tables.ts'
import type { Schema } from '../schema.ts'

export { createLogs } from '../queries/logs/create-logs.ts'

/** The tables of a store, where no port looks. */
export function tablesOf(store: object): Kysely<Schema> {
  return (store as { readonly [tablesWithin]: Tables })[tablesWithin].db
}
