import type { Tables } from '../queries/tables.ts'
import type { StoredApiKey } from '../records/api-key.ts'
import type { Statement } from '../port/mutation.ts'

export function createKeyStatements({ db }: Tables) {
  return {
    insert: (row: StoredApiKey): Statement => ({ query: db.insertInto('api_key').values(row).compile() }),
    /** Refused if it is revoked already. */
    revoke: (id: string, at: number): Statement => ({
      query: db.updateTable('api_key').set({ revoked_at: at }).where('id', '=', id).where('revoked_at', 'is', null).compile(),
      rows: 1,
    }),
    /** Those that were made of it. */
    revokeChildren: (id: string, at: number): Statement => ({
      query: db.updateTable('api_key').set({ revoked_at: at }).where('parent_id', '=', id).where('revoked_at', 'is', null).compile(),
    }),
    /** Nothing, if a later use is known. */
    used: (id: string, at: number): Statement => ({
      query: db
        .updateTable('api_key')
        .set({ last_used_at: at })
        .where('id', '=', id)
        .where((is) => is.or([is('last_used_at', 'is', null), is('last_used_at', '<', at)]))
        .compile(),
    }),
  }
}
