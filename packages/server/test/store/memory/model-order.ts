import { findTask, tasksOf, type ModelState } from './model-state.ts'

/**
 * Whether a lane keeps the order of its tasks. On: what waits for another try goes back to where it was accepted, unless it is due in a lane
 * that somebody owns, and may be under way. Off: what the lane waits for waits by itself.
 */
export function setOrder(state: ModelState, name: string, { ordered, now }: { ordered: boolean; now: number }): void {
  const lane = state.lanes.get(name)!
  lane.ordered = ordered ? 1 : 0
  const move = (id: string, place: number): void => {
    const delivery = state.deliveries.get(id)!
    const task = findTask(state, { lane: name, due: delivery.next_at ?? -1, delivery: id, manual: 0 })
    if (task !== undefined) delivery.next_at = task.due = place
  }
  if (ordered) {
    for (const { due, delivery, manual } of tasksOf(state, name)) {
      const { attempts, created_at: createdAt } = state.deliveries.get(delivery)!
      const isOut = due > now || (lane.owner === null && attempts > 0)
      if (manual === 0 && isOut && createdAt < due) move(delivery, createdAt)
    }
    return
  }
  if (lane.blocked_for === null) return
  if (lane.blocked_until > now) move(lane.blocked_for, lane.blocked_until)
  Object.assign(lane, { blocked_until: 0, blocked_for: null })
}
