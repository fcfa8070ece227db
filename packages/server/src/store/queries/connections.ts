import type { StoredConnection } from '../records/connection.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import type { Tables } from './tables.ts'

/** Connections of an application, by name. One alone is in its snapshot. */
export function createConnectionQueries({ db }: Tables) {
  return {
    list: (application: string, stretch: Stretch): Promise<StoredConnection[]> =>
      inStretch(db.selectFrom('connection').selectAll().where('application_id', '=', application), 'name', stretch).execute(),
  }
}
