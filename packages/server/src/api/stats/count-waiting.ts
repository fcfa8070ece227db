import { setImmediate } from 'node:timers/promises'
import type { StatsOut } from '@posthorn/contract'
import { laneStates, type DeliveryOwner, type Store } from '#store'

/** Of one lane, and of all together, at most so many tasks are counted. */
const LANE_TASKS_MAX = 10_000
const TASKS_MAX = 100_000
/** Lanes of one call of the store. */
const LANES_A_CALL = 20

/** What waits now, by why it waits: the tasks of each lane, by the state of the lane. */
export async function countWaiting({ queries }: Pick<Store, 'queries'>, owner: DeliveryOwner, now: number): Promise<StatsOut['now']> {
  const { paused, disabled } = laneStates
  const counts = { waiting: 0, throttled: 0, held: 0 }
  let [exact, dueFirst, skipped] = [true, now, 0]
  for (let after = ''; ;) {
    const lanes = await queries.lanes.loads(owner, { after, most: LANES_A_CALL, tasksMax: LANE_TASKS_MAX })
    for (const lane of lanes) {
      const { tasks } = lane
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
