import type { Statement } from '../port/mutation.ts'
import type { Tables } from '../queries/tables.ts'
import type { StoredView } from '../records/view.ts'

export function createViewStatements({ db }: Tables) {
  return {
    insert: (row: StoredView): Statement => ({ query: db.insertInto('saved_view').values(row).compile() }),
    /** Refused if it is gone. */
    update: (id: string, change: Partial<StoredView>): Statement => ({
      query: db.updateTable('saved_view').set(change).where('id', '=', id).compile(),
      rows: 1,
    }),
    remove: (id: string): Statement => ({ query: db.deleteFrom('saved_view').where('id', '=', id).compile(), rows: 1 }),
  }
}
