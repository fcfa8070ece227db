import type { DeliveryId, SessionId } from '#domain'
import { laneStates } from '../../records/lane.ts'
import type { Claim, Lane, LaneId, Task } from '../../port/lanes.ts'
import type { Engine } from '../engine.ts'
import { laneFor } from './known-lanes.ts'

interface TaskRow {
  due: number
  delivery: string
  manual: number
}

/** Taking lanes, looking for their tasks, giving them back. Only memory changes: no sync. */
export interface Claiming {
  claim(session: SessionId, limits: { readonly lanesMax: number; readonly tasksMax: number }): Claim
  refill(session: SessionId, wanted: readonly { readonly lane: LaneId; readonly tasksMax: number }[]): Task[]
  release(session: SessionId, wanted: readonly LaneId[]): LaneId[]
  /** How long the lane that is due first has waited for an owner. */
  oldestDueMs(): number
}

export function prepareClaiming({ db, clock, lanes, sessions }: Engine): Claiming {
  const dueTasks = db.prepare<[string, number, number], TaskRow>(
    'select due, delivery, manual from task where lane = ? and due <= cast(? as integer) order by due, delivery, manual limit ?',
  )

  const tasksOf = (lane: LaneId, now: number, most: number): Task[] =>
    dueTasks.all(lane, now, most).map((row) => ({ lane, due: row.due, delivery: row.delivery as DeliveryId, manual: row.manual === 1 }))

  return {
    claim(session, { lanesMax, tasksMax }) {
      const now = clock.now()
      const taken: Lane[] = []
      const tasks: Task[] = []
      while (sessions.alive(session) && taken.length < lanesMax) {
        const lane = lanes.first
        if (lane === undefined || lane.nextDue > now) break
        lanes.take(lane, session)
        taken.push(laneFor(lane))
        tasks.push(...tasksOf(lane.lane, now, tasksMax))
      }
      const next = lanes.first
      return { lanes: taken, tasks, nextInMs: next === undefined ? Infinity : Math.max(0, next.nextDue - now), now }
    },
    refill(session, wanted) {
      const now = clock.now()
      const tasks: Task[] = []
      for (const { lane, tasksMax } of wanted) {
        const known = lanes.get(lane)
        if (known?.owner === session && known.state === laneStates.ready) tasks.push(...tasksOf(lane, now, tasksMax))
      }
      return tasks
    },
    release(session, wanted) {
      const released: LaneId[] = []
      for (const lane of wanted) {
        const known = lanes.get(lane)
        if (known?.owner !== session) continue
        lanes.free(known)
        released.push(lane)
      }
      return released
    },
    oldestDueMs() {
      const first = lanes.first
      return first === undefined ? 0 : Math.max(0, clock.now() - first.nextDue)
    },
  }
}
