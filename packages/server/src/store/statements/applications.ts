import type { Tables } from '../queries/tables.ts'
import type { StoredApplication, Versions } from '../records/application.ts'
import type { Statement } from '../port/mutation.ts'

/** The versions are the store's to raise: one is written only where an application begins. */
type ApplicationFields = Omit<StoredApplication, Versions>

export function createApplicationStatements({ db }: Tables) {
  return {
    insert: (row: ApplicationFields & { readonly version: number }): Statement => ({
      query: db.insertInto('application').values(row).compile(),
    }),
    update: (id: string, fields: Partial<ApplicationFields>): Statement => ({
      query: db.updateTable('application').set(fields).where('id', '=', id).compile(),
      rows: 1,
    }),
  }
}
