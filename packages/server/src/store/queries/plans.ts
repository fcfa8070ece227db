import type { CountedMinute } from '#domain'
import type { StoredPlan } from '../records/plan.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import type { Tables } from './tables.ts'

/** Plans, by name. */
export function createPlanQueries({ db }: Tables) {
  return {
    list: (stretch: Stretch): Promise<StoredPlan[]> => inStretch(db.selectFrom('plan').selectAll(), 'name', stretch).execute(),
    find: (name: string): Promise<StoredPlan | undefined> => db.selectFrom('plan').selectAll().where('name', '=', name).executeTakeFirst(),
    /** The minutes in which first attempts of an application were counted against its hour, from this one (since 1970) on. */
    async countedMinutes(application: string, from: number): Promise<CountedMinute[]> {
      const rows = await db
        .selectFrom('quota')
        .select(['minute', 'n'])
        .where('application_id', '=', application)
        .where('minute', '>=', from)
        .execute()
      return rows.map(({ minute, n }) => ({ minute: Number(minute), n: Number(n) }))
    },
    names: async (most: number): Promise<string[]> =>
      (await db.selectFrom('plan').select('name').orderBy('name').limit(most).execute()).map(({ name }) => name),
  }
}
