import type { Kysely } from 'kysely'
import { tablesWithin, type Tables } from '../queries/tables.ts'
import type { Schema } from '../schema.ts'

/** The tables of a store, for tests that look where no port does. */
export function tablesOf(store: object): Kysely<Schema> {
  return (store as { readonly [tablesWithin]: Tables })[tablesWithin].db
}
