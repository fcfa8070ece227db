import type { StoredPlan } from '../records/plan.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import type { Tables } from './tables.ts'

/** Plans, by name. */
export function createPlanQueries({ db }: Tables) {
  return {
    list: (stretch: Stretch): Promise<StoredPlan[]> => inStretch(db.selectFrom('plan').selectAll(), 'name', stretch).execute(),
    find: (name: string): Promise<StoredPlan | undefined> => db.selectFrom('plan').selectAll().where('name', '=', name).executeTakeFirst(),
    /** First attempts of an application that were counted against its hour, from this minute (since 1970) on. */
    async used(application: string, minute: number): Promise<number> {
      const { n } = await db
        .selectFrom('quota')
        .select((is) => is.fn.sum<number | null>('n').as('n'))
        .where('application_id', '=', application)
        .where('minute', '>=', minute)
        .executeTakeFirstOrThrow()
      return Number(n ?? 0)
    },
    names: async (most: number): Promise<string[]> =>
      (await db.selectFrom('plan').select('name').orderBy('name').limit(most).execute()).map(({ name }) => name),
  }
}
