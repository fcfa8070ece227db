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
    /** Those of an application's portal, or of them those with one of the names, if they would last longer. */
    endPortal: ({ application, names, at }: { application: string; names: readonly string[] | null; at: number }): Statement => {
      const all = db
        .updateTable('api_key')
        .set({ expires_at: at })
        .where('application_id', '=', application)
        .where('kind', '=', 'portal')
        .where('revoked_at', 'is', null)
        .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', at)]))
      return { query: (names === null ? all : all.where('name', 'in', names)).compile() }
    },
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
