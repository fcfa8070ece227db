import type { StoredEndpoint } from '../records/endpoint.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import { ofNames } from './of-names.ts'
import type { Tables } from './tables.ts'

/** Endpoints of an application. One alone is in its snapshot. */
export function createEndpointQueries({ db }: Tables) {
  return {
    list(application: string, stretch: Stretch, names?: readonly string[]): Promise<StoredEndpoint[]> {
      const all = db.selectFrom('endpoint').selectAll().where('application_id', '=', application).where('deleted_at', 'is', null)
      return inStretch(ofNames(all, names), 'id', stretch).execute()
    },
  }
}
