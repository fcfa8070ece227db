import type { Tables } from '../queries/tables.ts'
import type { StoredEventType } from '../records/event-type.ts'
import type { Statement } from '../port/mutation.ts'

export function createEventTypeStatements({ db }: Tables) {
  return {
    insert: (row: StoredEventType): Statement => ({ query: db.insertInto('event_type').values(row).compile(), rows: 1 }),
    /** Those of the rows whose names are taken are left out. */
    insertMissing: (rows: readonly StoredEventType[]): Statement => ({
      query: db
        .insertInto('event_type')
        .values(rows)
        .onConflict((on) => on.doNothing())
        .compile(),
    }),
    /** Refused if it changed since `before` was read: no two changes have the same time. */
    replace: (before: Pick<StoredEventType, 'name' | 'updated_at'>, after: StoredEventType): Statement => ({
      query: db.updateTable('event_type').set(after).where('name', '=', before.name).where('updated_at', '=', before.updated_at).compile(),
      rows: 1,
    }),
    remove: (name: string): Statement => ({ query: db.deleteFrom('event_type').where('name', '=', name).compile() }),
  }
}
