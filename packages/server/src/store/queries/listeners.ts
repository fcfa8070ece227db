import type { StoredListener } from '../records/listener.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import { ofNames } from './of-names.ts'
import type { Tables } from './tables.ts'

/** Listeners of an application. One alone is in its snapshot. */
export function createListenerQueries({ db }: Tables) {
  return {
    list(application: string, stretch: Stretch, names?: readonly string[]): Promise<StoredListener[]> {
      const all = db.selectFrom('listener').selectAll().where('application_id', '=', application).where('deleted_at', 'is', null)
      return inStretch(ofNames(all, names), 'id', stretch).execute()
    },
    /** Of all applications: those that wait for a request which becomes their example. Costs a look at an index where none does. */
    capturing(stretch: Stretch): Promise<Pick<StoredListener, 'id' | 'application_id'>[]> {
      const waiting = db.selectFrom('listener').select(['id', 'application_id']).where('capture_until', 'is not', null)
      return inStretch(waiting.where('deleted_at', 'is', null), 'id', stretch).execute()
    },
    /** Deleted ones too: their requests are still there. */
    idsOf: async (application: string): Promise<string[]> =>
      (await db.selectFrom('listener').select('id').where('application_id', '=', application).execute()).map(({ id }) => id),
  }
}
