import type { StoredView } from '../records/view.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import type { Tables } from './tables.ts'

export function createViewQueries({ db }: Tables) {
  const seenBy = (application: string, actor: string) =>
    db.selectFrom('saved_view').selectAll().where('application_id', '=', application).where('audience', 'in', ['all', actor])
  return {
    /** Those that are shared, and the actor's own. */
    list(
      application: string,
      { actor, list }: { readonly actor: string; readonly list: string | undefined },
      stretch: Stretch,
    ): Promise<StoredView[]> {
      const views = seenBy(application, actor)
      return inStretch(list === undefined ? views : views.where('list', '=', list), 'id', stretch).execute()
    },
    find: (application: string, { actor, id }: { readonly actor: string; readonly id: string }): Promise<StoredView | undefined> =>
      seenBy(application, actor).where('id', '=', id).executeTakeFirst(),
    /** Counts up to `most`. */
    count: async (application: string, most: number): Promise<number> =>
      (await db.selectFrom('saved_view').select('id').where('application_id', '=', application).limit(most).execute()).length,
  }
}
