import type { Engine } from '../engine.ts'
import type { KnownLane } from './known-lanes.ts'

/** Lets a lane keep the order of its tasks, or go without. */
export function prepareLaneOrder({ db, clock, lanes }: Engine): (lane: KnownLane, ordered: boolean) => void {
  const setOrdered = db.prepare('update lane set ordered = ? where lane = ?')
  const unblock = db.prepare('update lane set blocked_until = 0, blocked_for = null where lane = ?')
  // Of an owned lane, what is due may be under way under its present key, and is next anyhow.
  const outOfPlace = db.prepare<[string, number, number], { due: number; delivery: string; created_at: number }>(
    `select t.due, t.delivery, d.created_at from task t join delivery d on d.id = t.delivery
     where t.lane = ? and t.manual = 0 and (t.due > cast(? as integer) or ? and d.attempts > 0)`,
  )
  const dueOf = db.prepare<[string], number | null>('select next_at from delivery where id = ?').pluck()
  const moveTask = db.prepare('update task set due = ? where lane = ? and due = cast(? as integer) and delivery = ? and manual = 0')
  const moveDelivery = db.prepare('update delivery set next_at = ? where id = ?')

  const move = (lane: KnownLane, delivery: string, { from, to }: { from: number; to: number }): void => {
    if (moveTask.run(to, lane.lane, from, delivery).changes > 0) moveDelivery.run(to, delivery)
  }

  /** What waits for another try goes back to where it was accepted, so that it comes before what was accepted after it. */
  const takePlaces = (lane: KnownLane): void => {
    for (const { due, delivery, created_at: place } of outOfPlace.all(lane.lane, clock.now(), lane.owner === null ? 1 : 0)) {
      if (place < due) move(lane, delivery, { from: due, to: place })
    }
  }

  /** The one that the lane waits for goes on waiting by itself. */
  const waitAlone = (lane: KnownLane): void => {
    const { blockedFor, blockedUntil } = lane
    if (blockedFor === null) return
    const due = dueOf.get(blockedFor) ?? null
    if (due !== null && blockedUntil > clock.now()) move(lane, blockedFor, { from: due, to: blockedUntil })
    unblock.run(lane.lane)
    lanes.change(lane, { blockedUntil: 0, blockedFor: null })
  }

  return (lane, ordered) => {
    setOrdered.run(ordered ? 1 : 0, lane.lane)
    lanes.change(lane, { ordered })
    if (ordered) takePlaces(lane)
    else waitAlone(lane)
    lanes.reckon(lane)
  }
}
