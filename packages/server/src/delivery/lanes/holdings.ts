import type { Lane, LaneId, LoadedDelivery, Task } from '#store'
import { HeldLane, type TaskInHand } from './held-lane.ts'
import { noLimits } from './lane-limits.ts'
import { createSettledLately, keyOf } from './settled-lately.ts'

/** Tasks of one lane and of all lanes that may be in hand; further ones stay in the store until their turn comes. */
export const LANE_TASKS_MAX = 4096
/** Of a lane that may not send as fast as it can, fewer: it would only keep the place of others. */
const LIMITED_LANE_TASKS_MAX = 256
export const TASKS_MAX = 16_384
/** Tasks that were just created may not take all of it: those that were due before have to come in too. */
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
  /** A task that is due, with its content if it was just created. Returns its lane if the task is new here, and waits to be started. */
  receive(task: Task, monotonic: number, content?: LoadedDelivery): HeldLane | undefined
  /**
   * The first tasks of a lane in their order, as the store has them: they replace what waited in hand. Only so is it sure, for an ordered
   * lane, that nothing older is still in the store; so of what was just created nothing is received there, and looked for instead.
   */
  replace(lane: HeldLane, tasks: readonly Task[], monotonic: number): void
  /** The next task of the lane to be started. It stays in hand. */
  next(lane: HeldLane): TaskInHand
  /** Lets go of what was not started: it stays in the store. */
  putBack(lane: HeldLane): void
  /** Lets go of a task that was started. `settled`: the store has it no more, so what still says so is old. */
  finish(lane: HeldLane, hand: TaskInHand, end: { settled: boolean; monotonic: number }): void
  /** The life is lost: aborts what is under way, and forgets all. */
  forget(): void
}

/** `onHold` is told of each lane that is held from now on. */
export function createHoldings(onHold: (lane: HeldLane) => void = () => {}): Holdings {
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
    lane.gate?.close()
  }

  const letGo = (lane: HeldLane): void => {
    for (const hand of lane.ready.splice(0)) {
      contentBytes -= bytesOf(hand)
      drop(lane, hand)
    }
  }

  const putBack = (lane: HeldLane): void => {
    if (lane.ready.length > 0) lane.more = true
    letGo(lane)
  }

  const mayReceive = (lane: HeldLane, monotonic: number, most: number): boolean => {
    const laneMost = lane.limits === noLimits ? LANE_TASKS_MAX : LIMITED_LANE_TASKS_MAX
    return !lane.releasing && monotonic >= lane.closedUntil && lane.hands.size < laneMost && tasks < most
  }

  const receive = (lane: HeldLane, task: Task, { since, content }: { since: number; content?: LoadedDelivery | undefined }): void => {
    const fits = content !== undefined && contentBytes + (content.payload?.byteLength ?? 0) <= CONTENT_BYTES_MAX
    const hand: TaskInHand = { task, content: fits ? content : undefined, since }
    lane.hands.set(task.delivery, hand)
    lane.ready.push(hand)
    tasks++
    contentBytes += bytesOf(hand)
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
      const held = new HeldLane(lane, at)
      lanes.set(lane.lane, held)
      onHold(held)
    },
    remove,
    receive(task, monotonic, content) {
      const lane = lanes.get(task.lane)
      if (!lane || lane.hands.has(task.delivery) || settledLately.has(task)) return undefined
      const most = content === undefined ? TASKS_MAX : BORN_TASKS_MAX
      if (lane.limits.ordered || !mayReceive(lane, monotonic, most)) {
        lane.more = true
        return undefined
      }
      receive(lane, task, { since: monotonic, content })
      return lane
    },
    replace(lane, inOrder, monotonic) {
      letGo(lane)
      for (const task of inOrder.toSorted(byPlace)) {
        const known = lane.hands.get(task.delivery)
        if (lane.settledSinceLook.has(keyOf(task)) || (known?.task.due === task.due && known.task.manual === task.manual)) continue
        // What comes after one that cannot be taken would overtake it: a resend waits for the retry that is in hand.
        if (known !== undefined || !mayReceive(lane, monotonic, TASKS_MAX)) {
          lane.more = true
          return
        }
        receive(lane, task, { since: monotonic })
      }
    },
    next(lane) {
      const hand = lane.ready.shift()!
      contentBytes -= bytesOf(hand)
      return hand
    },
    putBack,
    finish(lane, hand, { settled, monotonic }) {
      if (settled) settledLately.add(hand.task, monotonic)
      if (settled && lane.limits.ordered) lane.settledSinceLook.add(keyOf(hand.task))
      drop(lane, hand)
      lane.idleSince = monotonic
    },
    forget() {
      for (const lane of lanes.values()) remove(lane)
      settledLately.clear()
    },
  }
}

function byPlace(a: Task, b: Task): number {
  if (a.due !== b.due) return a.due - b.due
  if (a.delivery !== b.delivery) return a.delivery < b.delivery ? -1 : 1
  return Number(a.manual) - Number(b.manual)
}

function bytesOf({ content }: TaskInHand): number {
  return content?.payload?.byteLength ?? 0
}
