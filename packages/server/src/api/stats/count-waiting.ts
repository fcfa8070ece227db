import { setImmediate } from 'node:timers/promises'
import type { StatsOut } from '@posthorn/contract'
import { sql } from 'kysely'
import { laneStates, type DeliveryOwner, type Store } from '#store'

/** Of one lane, and of all together, at most so many tasks are counted. */
const LANE_TASKS_MAX = 10_000
const TASKS_MAX = 100_000
/** Lanes of one call of the store. */
const LANES_A_CALL = 20

/** What waits now, by why it waits: the tasks of each lane, by the state of the lane. */
export async function countWaiting({ db }: Pick<Store, 'db'>, owner: DeliveryOwner, now: number): Promise<StatsOut['now']> {
  const { paused, disabled, removed } = laneStates
  const counts = { waiting: 0, throttled: 0, held: 0 }
  let [exact, dueFirst, skipped] = [true, now, 0]
  for (let after = ''; ;) {
    let select = db
      .selectFrom('lane as l')
      .select(['l.lane', 'l.state', 'l.throttled_until', 'l.skipped'])
      .select(
        sql<number>`(select count(*) from (select 1 from task t where t.lane = l.lane limit ${sql.lit(LANE_TASKS_MAX + 1)}) x)`.as('tasks'),
      )
      .select(sql<number | null>`(select min(t.due) from task t where t.lane = l.lane)`.as('due'))
      .where('l.application_id', '=', owner.application)
      .where('l.state', '<>', removed)
      .where('l.lane', '>', after)
      .orderBy('l.lane')
      .limit(LANES_A_CALL)
    if (owner.endpoint !== null) select = select.where('l.lane', '=', owner.endpoint)
    const lanes = await select.execute()
    for (const lane of lanes) {
      const tasks = Number(lane.tasks)
      const why = lane.state === paused || lane.state === disabled ? 'held' : lane.throttled_until > now ? 'throttled' : 'waiting'
      counts[why] += Math.min(tasks, LANE_TASKS_MAX)
      if (tasks > LANE_TASKS_MAX) exact = false
      dueFirst = Math.min(dueFirst, lane.due ?? now)
      skipped += lane.skipped
    }
    if (lanes.length < LANES_A_CALL) break
    after = lanes.at(-1)!.lane
    if (counts.waiting + counts.throttled + counts.held >= TASKS_MAX) {
      exact = false
      break
    }
    await setImmediate()
  }
  return { ...counts, exact, oldestWaitingMs: now - dueFirst, skipped }
}
