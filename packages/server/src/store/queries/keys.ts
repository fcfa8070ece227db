import type { StoredApiKey } from '../records/api-key.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import type { Tables } from './tables.ts'

export interface KeyFilter {
  readonly revoked: boolean
  readonly kind: string | undefined
  readonly application: string | undefined
}

/** Keys of the API. Only their digests are kept. */
export function createKeyQueries({ db }: Tables) {
  const keys = () => db.selectFrom('api_key').selectAll()
  return {
    list({ revoked, kind, application }: KeyFilter, stretch: Stretch): Promise<StoredApiKey[]> {
      let select = inStretch(keys(), 'id', stretch)
      if (!revoked) select = select.where('revoked_at', 'is', null)
      if (kind !== undefined) select = select.where('kind', '=', kind)
      if (application !== undefined) select = select.where('application_id', '=', application)
      return select.execute()
    },
    find: (id: string): Promise<StoredApiKey | undefined> => keys().where('id', '=', id).executeTakeFirst(),
    withHash: (hash: string): Promise<StoredApiKey | undefined> => keys().where('hash', '=', hash).executeTakeFirst(),
    any: (): Promise<StoredApiKey | undefined> => keys().limit(1).executeTakeFirst(),
    /** Whether another key than this one may do everything at `now`. */
    async anyOtherOfAll(id: string, now: number): Promise<boolean> {
      const other = await db
        .selectFrom('api_key')
        .select('id')
        .where('id', '!=', id)
        .where('application_id', 'is', null)
        .where('access', '=', 'write')
        .where('revoked_at', 'is', null)
        .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', now)]))
        .limit(1)
        .executeTakeFirst()
      return other !== undefined
    },
  }
}
