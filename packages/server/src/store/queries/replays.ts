import { sql } from 'kysely'
import type { DeliveryFilter } from '../delivery-scan.ts'
import type { StoredReplay } from '../records/replay.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import type { Tables } from './tables.ts'

/** `toEndpoints`: only those that send to endpoints and to nothing else. */
interface Reach {
  readonly toEndpoints: boolean
}

export function createReplayQueries({ db, engine }: Tables) {
  const ofApplication = (application: string) => db.selectFrom('replay').where('application_id', '=', application)
  const read = (application: string, { toEndpoints }: Reach) => {
    const all = ofApplication(application).selectAll()
    return toEndpoints ? all.where(isToEndpoints) : all
  }
  const member = (name: keyof DeliveryFilter) =>
    engine === 'postgres' ? sql`filter::json ->> ${sql.lit(name)}` : sql`filter ->> ${sql.lit(name)}`
  const isToEndpoints = sql<boolean>`(kind = 'missing' or
    kind = 'deliveries' and (${member('endpointId')} is not null or cast(${member('toEndpoints')} as text) in ('true', '1')))`
  return {
    list: (application: string, stretch: Stretch, reach: Reach): Promise<StoredReplay[]> =>
      inStretch(read(application, reach), 'id', stretch).execute(),
    find: (application: string, id: string, reach: Reach): Promise<StoredReplay | undefined> =>
      read(application, reach).where('id', '=', id).executeTakeFirst(),
    /** Counts up to `most`. */
    countRunning: async (application: string, most: number): Promise<number> =>
      (await ofApplication(application).select('id').where('status', '=', 'running').limit(most).execute()).length,
    /** Replays that go on, those first whose step is due first. `wait`: milliseconds until then, by the clock that steps are held against. */
    running(
      now: number,
      { most, kinds }: { readonly most: number; readonly kinds: readonly string[] },
    ): Promise<(StoredReplay & { readonly wait: number })[]> {
      const storeNow =
        engine === 'postgres' ? sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)` : sql<number>`${now}`
      return db
        .selectFrom('replay')
        .selectAll()
        .select(sql<number>`next_at - ${storeNow}`.as('wait'))
        .where('status', '=', 'running')
        .where('kind', 'in', kinds)
        .orderBy('next_at')
        .limit(most)
        .execute()
    },
  }
}
