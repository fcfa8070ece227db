import type { StoredSecret } from '../records/secret.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import type { Tables } from './tables.ts'

/** Named secrets of an application, by name. One alone is in its snapshot. */
export function createSecretQueries({ db }: Tables) {
  return {
    list: (application: string, stretch: Stretch): Promise<StoredSecret[]> =>
      inStretch(db.selectFrom('secret').selectAll().where('application_id', '=', application), 'name', stretch).execute(),
  }
}
