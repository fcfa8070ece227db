import type { Tables } from '../queries/tables.ts'
import type { SecretTable } from '../schema.ts'
import type { Statement } from '../store.ts'

export function createSecretStatements({ db }: Tables) {
  return {
    insert: (row: SecretTable): Statement => ({ query: db.insertInto('secret').values(row).compile(), rows: 1 }),
    update: (application: string, name: string, fields: Pick<SecretTable, 'sealed' | 'last4' | 'updated_at'>): Statement => ({
      query: db.updateTable('secret').set(fields).where('application_id', '=', application).where('name', '=', name).compile(),
      rows: 1,
    }),
    remove: (application: string, name: string): Statement => ({
      query: db.deleteFrom('secret').where('application_id', '=', application).where('name', '=', name).compile(),
      rows: 1,
    }),
  }
}
