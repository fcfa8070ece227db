import type { Tables } from '../queries/tables.ts'
import type { Statement } from '../port/mutation.ts'
import type { StoredSiloEntry, StoredSiloValue, StoredSiloVersion } from '../records/silo.ts'

/** Of entries, and of the bytes of all their versions. */
export interface SiloAmount {
  readonly entries: number
  readonly bytes: number
}

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
    /**
     * Counts what comes; nothing is touched, and the mutation is undone, where it would be more than the application may have. The row of
     * the entry comes first in each mutation, so that two of them never wait for each other.
     */
    count: (application_id: string, { entries, bytes }: SiloAmount, most: SiloAmount): Statement => ({
      query: db
        .insertInto('silo_usage')
        .values({ application_id, entries, bytes })
        .onConflict((taken) =>
          taken
            .column('application_id')
            .doUpdateSet((row) => ({
              entries: row('silo_usage.entries', '+', entries),
              bytes: row('silo_usage.bytes', '+', bytes),
            }))
            .where('silo_usage.bytes', '<=', most.bytes - bytes)
            // What is there may be replaced, even where a limit was lowered below what there is.
            .where('silo_usage.entries', '<=', entries === 0 ? Number.MAX_SAFE_INTEGER : most.entries - entries),
        )
        .compile(),
      rows: 1,
    }),
    /** Takes off what goes with `dropVersions`, before it goes. */
    countOff: (application: string, entry: string, { upTo, entries }: { readonly upTo: number; readonly entries: number }): Statement => ({
      query: db
        .updateTable('silo_usage')
        .set((row) => ({
          entries: row('entries', '-', entries),
          bytes: row(
            'bytes',
            '-',
            row
              .selectFrom('silo_version')
              .select(({ fn, val }) => fn.coalesce(fn.sum<number>('bytes'), val(0)).as('bytes'))
              .where('entry_id', '=', entry)
              .where('version', '<=', upTo),
          ),
        }))
        .where('application_id', '=', application)
        .compile(),
    }),
    remove: (id: string): Statement => ({ query: db.deleteFrom('silo_entry').where('id', '=', id).compile(), rows: 1 }),
    /** They go with the next round of retention. */
    expireAll: (application: string, now: number): Statement => ({
      query: db.updateTable('silo_entry').set({ expires_at: now }).where('application_id', '=', application).compile(),
    }),
  }
}
