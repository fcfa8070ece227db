import type { StoredPortalLink } from '../records/portal.ts'
import type { Tables } from './tables.ts'

export function createPortalQueries({ db }: Tables) {
  return {
    link: (hash: string): Promise<StoredPortalLink | undefined> =>
      db.selectFrom('portal_link').selectAll().where('hash', '=', hash).executeTakeFirst(),
    /** JSON; undefined: nobody set it. */
    look: async (): Promise<string | undefined> => (await db.selectFrom('portal_look').select('look').executeTakeFirst())?.look,
  }
}
