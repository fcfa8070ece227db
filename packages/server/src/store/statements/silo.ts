import type { Tables } from '../queries/tables.ts'
import type { Statement } from '../port/mutation.ts'
import type { StoredSiloEntry, StoredSiloValue, StoredSiloVersion } from '../records/silo.ts'

export function createSiloStatements({ db }: Tables) {
  return {
    insert: (row: StoredSiloEntry): Statement => ({ query: db.insertInto('silo_entry').values(row).compile(), rows: 1 }),
    /** Nothing is touched, and the mutation is undone, where another version came meanwhile. */
    replace: ({ id, name, tags, version, content_type, bytes, sha256, keep_days, updated_at, expires_at }: StoredSiloEntry): Statement => ({
      query: db
        .updateTable('silo_entry')
        .set({ name, tags, version, content_type, bytes, sha256, keep_days, updated_at, expires_at })
        .where('id', '=', id)
        .where('version', '=', version - 1)
        .compile(),
      rows: 1,
    }),
    insertVersion: (row: StoredSiloVersion): Statement => ({ query: db.insertInto('silo_version').values(row).compile(), rows: 1 }),
    /** Versions up to this one go. */
    dropVersions: (entry: string, upTo: number): Statement => ({
      query: db.deleteFrom('silo_version').where('entry_id', '=', entry).where('version', '<=', upTo).compile(),
    }),
    dropValues: (entry: string): Statement => ({ query: db.deleteFrom('silo_value').where('entry_id', '=', entry).compile() }),
    insertValues: (rows: readonly StoredSiloValue[]): Statement[] =>
      rows.length === 0 ? [] : [{ query: db.insertInto('silo_value').values(rows).compile() }],
    remove: (id: string): Statement => ({ query: db.deleteFrom('silo_entry').where('id', '=', id).compile(), rows: 1 }),
    /** They go with the next round of retention. */
    expireAll: (application: string, now: number): Statement => ({
      query: db.updateTable('silo_entry').set({ expires_at: now }).where('application_id', '=', application).compile(),
    }),
  }
}
