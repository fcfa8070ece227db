import { sql } from 'kysely'
import type { DeliveryId } from '#domain'
import type { DeliveryOwner } from '../logs.ts'
import { laneStates, type StoredLane } from '../records/lane.ts'
import type { LaneId } from '../port/lanes.ts'
import type { Tables } from './tables.ts'

/** A lane in numbers. */
export interface LaneLoad extends Pick<
  StoredLane,
  'lane' | 'state' | 'circuit_until' | 'blocked_until' | 'throttled_until' | 'failures' | 'skipped'
> {
  /** Up to one more than was to be counted. */
  readonly tasks: number
  /** When the first of them is due; null: there is none. */
  readonly due: number | null
}

/** Lanes and what waits in them, for those who look. Whoever sends asks `claim` and `refill`. */
export function createLaneQueries({ db }: Tables) {
  return {
    ofApplication: async (application: string): Promise<LaneId[]> =>
      (await db.selectFrom('lane').select('lane').where('application_id', '=', application).execute()).map(({ lane }) => lane),
    /** Removed, and something waits there still. */
    async removedWithTasks(): Promise<LaneId[]> {
      const rows = await db
        .selectFrom('lane')
        .select('lane')
        .where('state', '=', laneStates.removed)
        .where((is) => is.exists(is.selectFrom('task').select('task.lane').whereRef('task.lane', '=', 'lane.lane')))
        .execute()
      return rows.map(({ lane }) => lane)
    },
    /** Deliveries that wait in the lane, in no order. */
    waitingIn: async (lane: LaneId, most: number): Promise<DeliveryId[]> =>
      (await db.selectFrom('task').select('delivery').where('lane', '=', lane).limit(most).execute()).map(
        ({ delivery }) => delivery as DeliveryId,
      ),
    /** Events that came while the lane was disabled. */
    skipped: async (lane: LaneId): Promise<number> =>
      (await db.selectFrom('lane').select('skipped').where('lane', '=', lane).executeTakeFirst())?.skipped ?? 0,
    /** The next `most` lanes after this one, of which up to `tasksMax` tasks are counted. Removed ones are left out. */
    async loads(
      { application, endpoint, toEndpoints }: DeliveryOwner,
      { after, most, tasksMax }: { readonly after: LaneId; readonly most: number; readonly tasksMax: number },
    ): Promise<LaneLoad[]> {
      let select = db
        .selectFrom('lane as l')
        .select(['l.lane', 'l.state', 'l.circuit_until', 'l.blocked_until', 'l.throttled_until', 'l.failures', 'l.skipped'])
        .select(
          sql<number>`(select count(*) from (select 1 from task t where t.lane = l.lane limit ${sql.lit(tasksMax + 1)}) x)`.as('tasks'),
        )
        .select(sql<number | null>`(select min(t.due) from task t where t.lane = l.lane)`.as('due'))
        .where('l.application_id', '=', application)
        .where('l.state', '<>', laneStates.removed)
        .where('l.lane', '>', after)
        .orderBy('l.lane')
        .limit(most)
      if (endpoint !== null) select = select.where('l.lane', '=', endpoint)
      // A step's lane begins with its flow and a slash.
      if (toEndpoints === true) select = select.where('l.lane', 'not like', '%/%')
      return (await select.execute()).map((row) => ({ ...row, tasks: Number(row.tasks) }))
    },
  }
}
