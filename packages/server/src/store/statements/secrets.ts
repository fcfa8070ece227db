import type { Tables } from '../queries/tables.ts'
import type { StoredSecret } from '../records/secret.ts'
import type { Statement } from '../port/mutation.ts'

export function createSecretStatements({ db }: Tables) {
  return {
    insert: (row: StoredSecret): Statement => ({ query: db.insertInto('secret').values(row).compile(), rows: 1 }),
    update: ({ application_id, name, sealed, last4, updated_at }: StoredSecret): Statement => ({
      query: db
        .updateTable('secret')
        .set({ sealed, last4, updated_at })
        .where('application_id', '=', application_id)
        .where('name', '=', name)
        .compile(),
      rows: 1,
    }),
    remove: (application: string, name: string): Statement => ({
      query: db.deleteFrom('secret').where('application_id', '=', application).where('name', '=', name).compile(),
      rows: 1,
    }),
  }
}
