import type { Tables } from '../queries/tables.ts'
import type { StoredListener } from '../records/listener.ts'
import type { Statement } from '../port/mutation.ts'

export function createListenerStatements({ db }: Tables) {
  return {
    insert: (row: StoredListener): Statement => ({ query: db.insertInto('listener').values(row).compile() }),
    update: (id: string, fields: Partial<StoredListener>): Statement => ({
      query: db.updateTable('listener').set(fields).where('id', '=', id).compile(),
      rows: 1,
    }),
  }
}
