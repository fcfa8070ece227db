import type { Statement } from '../port/mutation.ts'
import type { Tables } from '../queries/tables.ts'
import type { StoredPortalLink } from '../records/portal.ts'

const LOOK = 1

export function createPortalStatements({ db }: Tables) {
  return {
    insertLink: (row: StoredPortalLink): Statement => ({ query: db.insertInto('portal_link').values(row).compile() }),
    /** Refused if it was used already. */
    useLink: (hash: string, at: number): Statement => ({
      query: db.updateTable('portal_link').set({ used_at: at }).where('hash', '=', hash).where('used_at', 'is', null).compile(),
      rows: 1,
    }),
    setLook: (look: string, at: number): Statement => ({
      query: db
        .insertInto('portal_look')
        .values({ id: LOOK, look, updated_at: at })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ look, updated_at: at }))
        .compile(),
    }),
  }
}
