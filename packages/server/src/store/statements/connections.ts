import type { Tables } from '../queries/tables.ts'
import type { StoredConnection } from '../records/connection.ts'
import type { Statement } from '../port/mutation.ts'

export function createConnectionStatements({ db }: Tables) {
  return {
    insert: (row: StoredConnection): Statement => ({ query: db.insertInto('connection').values(row).compile(), rows: 1 }),
    update: ({ application_id, name, base_url, auth, updated_at }: StoredConnection): Statement => ({
      query: db
        .updateTable('connection')
        .set({ base_url, auth, updated_at })
        .where('application_id', '=', application_id)
        .where('name', '=', name)
        .compile(),
      rows: 1,
    }),
    remove: (application: string, name: string): Statement => ({
      query: db.deleteFrom('connection').where('application_id', '=', application).where('name', '=', name).compile(),
      rows: 1,
    }),
  }
}
