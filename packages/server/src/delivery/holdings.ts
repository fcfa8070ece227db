import type { Lane, LaneId, LoadedDelivery, Task } from '#store'
import { HeldLane, type TaskInHand } from './held-lane.ts'
import { createSettledLately } from './settled-lately.ts'

/** Tasks of one lane and of all lanes that may be in hand; further ones stay in the store until their turn comes. */
export const LANE_TASKS_MAX = 4096
export const TASKS_MAX = 16_384
/** Tasks that were just born may not take all of it: those that were due before have to come in too. */
const BORN_TASKS_MAX = TASKS_MAX / 2
/** Bytes of content that may wait in memory; beyond, content is read when its turn comes. */
const CONTENT_BYTES_MAX = 64 * 1024 * 1024

/**
 * What this session has in memory: its lanes, and a few tasks of each. All of it is bounded, and all of it can be forgotten at any
 * moment: what is true is in the store.
 */
export interface Holdings {
  readonly lanes: ReadonlyMap<LaneId, HeldLane>
  /** Tasks in hand. */
  readonly tasks: number
  readonly contentBytes: number
  /** A lane that was taken. `now`: the clock by which the store wrote its times; Infinity if all of them are over. */
  hold(lane: Lane, at: { monotonic: number; now: number }): void
  /** A lane that is not ours any more. */
  remove(lane: HeldLane): void
  /** A task that is due, with its content if it was just born. Returns its lane if the task is new here, and waits to be started. */
  receive(task: Task, monotonic: number, content?: LoadedDelivery): HeldLane | undefined
  /** The next task of the lane to be started. It stays in hand. */
  next(lane: HeldLane): TaskInHand
  /** Lets go of what was not started: it stays in the store. */
  putBack(lane: HeldLane): void
  /** Lets go of a task that was started. `settled`: the store has it no more, so what still says so is old. */
  finish(lane: HeldLane, hand: TaskInHand, end: { settled: boolean; monotonic: number }): void
  /** The life is lost: aborts what is under way, and forgets all. */
  forget(): void
}

export function createHoldings(): Holdings {
  const lanes = new Map<LaneId, HeldLane>()
  const settledLately = createSettledLately()
  let tasks = 0
  let contentBytes = 0

  const drop = (lane: HeldLane, hand: TaskInHand): void => {
    if (lane.hands.delete(hand.task.delivery)) tasks--
  }

  const remove = (lane: HeldLane): void => {
    if (lanes.get(lane.lane) === lane) lanes.delete(lane.lane)
    for (const hand of lane.ready.splice(0)) contentBytes -= bytesOf(hand)
    tasks -= lane.hands.size
    lane.hands.clear()
    lane.life.abort()
  }

  return {
    lanes,
    get tasks() {
      return tasks
    },
    get contentBytes() {
      return contentBytes
    },
    hold(lane, at) {
      const known = lanes.get(lane.lane)
      if (known && known.epoch >= lane.epoch) return
      if (known) remove(known)
      lanes.set(lane.lane, new HeldLane(lane, at))
    },
    remove,
    receive(task, monotonic, content) {
      const lane = lanes.get(task.lane)
      if (!lane || lane.hands.has(task.delivery) || settledLately.has(task)) return undefined
      const most = content === undefined ? TASKS_MAX : BORN_TASKS_MAX
      if (lane.releasing || monotonic < lane.closedUntil || lane.hands.size >= LANE_TASKS_MAX || tasks >= most) {
        lane.more = true
        return undefined
      }
      const fits = content !== undefined && contentBytes + (content.payload?.byteLength ?? 0) <= CONTENT_BYTES_MAX
      const hand: TaskInHand = { task, content: fits ? content : undefined }
      lane.hands.set(task.delivery, hand)
      lane.ready.push(hand)
      tasks++
      contentBytes += bytesOf(hand)
      return lane
    },
    next(lane) {
      const hand = lane.ready.shift()!
      contentBytes -= bytesOf(hand)
      return hand
    },
    putBack(lane) {
      if (lane.ready.length === 0) return
      lane.more = true
      for (const hand of lane.ready.splice(0)) {
        contentBytes -= bytesOf(hand)
        drop(lane, hand)
      }
    },
    finish(lane, hand, { settled, monotonic }) {
      if (settled) settledLately.add(hand.task, monotonic)
      drop(lane, hand)
      lane.idleSince = monotonic
    },
    forget() {
      for (const lane of lanes.values()) remove(lane)
      settledLately.clear()
    },
  }
}

function bytesOf({ content }: TaskInHand): number {
  return content?.payload?.byteLength ?? 0
}
