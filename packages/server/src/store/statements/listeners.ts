import type { Tables } from '../queries/tables.ts'
import type { ListenerTable } from '../schema.ts'
import type { Statement } from '../store.ts'

export function createListenerStatements({ db }: Tables) {
  return {
    insert: (row: ListenerTable): Statement => ({ query: db.insertInto('listener').values(row).compile() }),
    update: (id: string, fields: Partial<ListenerTable>): Statement => ({
      query: db.updateTable('listener').set(fields).where('id', '=', id).compile(),
      rows: 1,
    }),
  }
}
