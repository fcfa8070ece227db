import type { Lane, LaneId, LoadedDelivery, Task } from '#store'
import type { TaskInHand } from './hands.ts'
import { HeldLane } from './held-lane.ts'
import { noLimits } from './lane-limits.ts'
import { createSettledLately, keyOf } from './settled-lately.ts'

/** Tasks of one lane and of all lanes that may be in hand; further ones stay in the store until their turn comes. */
export const LANE_TASKS_MAX = 4096
/** Of a lane that may not send as fast as it can, fewer: it would only keep the place of others. */
const LIMITED_LANE_TASKS_MAX = 256
export const TASKS_MAX = 16_384
/** Tasks that were just created may not take all of it: those that were due before have to come in too. */
const CREATED_TASKS_MAX = TASKS_MAX / 2
/** Bytes of content that may wait in memory; beyond, content is read when its turn comes. */
const CONTENT_BYTES_MAX = 64 * 1024 * 1024

/**
 * What this session has in memory: its lanes, and a few tasks of each. All of it is bounded, and all of it can be forgotten at any
 * moment: what is true is in the store.
 */
export class Holdings {
  readonly #lanes = new Map<LaneId, HeldLane>()
  readonly #settledLately = createSettledLately()
  readonly #onHold: (lane: HeldLane) => void
  #tasks = 0
  #contentBytes = 0

  /** `onHold` is called with each lane that is held from now on. */
  constructor(onHold: (lane: HeldLane) => void = () => {}) {
    this.#onHold = onHold
  }

  get lanes(): ReadonlyMap<LaneId, HeldLane> {
    return this.#lanes
  }

  /** Tasks in hand. */
  get tasks(): number {
    return this.#tasks
  }

  get contentBytes(): number {
    return this.#contentBytes
  }

  /** A lane that was taken. `now`: the clock by which the store wrote its times; Infinity if all of them are over. */
  hold(lane: Lane, at: { monotonic: number; now: number }): void {
    const known = this.#lanes.get(lane.lane)
    if (known && known.epoch >= lane.epoch) return
    if (known) this.remove(known)
    const held = new HeldLane(lane, at)
    this.#lanes.set(lane.lane, held)
    this.#onHold(held)
  }

  /** A lane that is not ours any more. */
  remove(lane: HeldLane): void {
    if (this.#lanes.get(lane.lane) === lane) this.#lanes.delete(lane.lane)
    for (const hand of lane.ready.splice(0)) this.#contentBytes -= bytesOf(hand)
    this.#tasks -= lane.hands.size
    lane.hands.clear()
    lane.life.abort()
    lane.gate?.close()
  }

  /** A task that is due, with its content if it was just created. Returns its lane if the task is new here, and waits to be started. */
  receive(task: Task, monotonic: number, content?: LoadedDelivery): HeldLane | undefined {
    const lane = this.#lanes.get(task.lane)
    if (!lane || lane.hands.has(task.delivery) || this.#settledLately.has(task)) return undefined
    const most = content === undefined ? TASKS_MAX : CREATED_TASKS_MAX
    if (lane.limits.ordered || !this.#mayTake(lane, monotonic, most)) {
      lane.more = true
      return undefined
    }
    this.#take(lane, task, { since: monotonic, content })
    return lane
  }

  /**
   * The first tasks of a lane in their order, as the store has them: they replace what waited in hand. Only so is it sure, for an ordered
   * lane, that nothing older is still in the store; so of what was just created nothing is received there, and looked for instead.
   */
  replace(lane: HeldLane, tasks: readonly Task[], monotonic: number): void {
    this.#letGo(lane)
    for (const task of tasks.toSorted(byPlace)) {
      const known = lane.hands.get(task.delivery)
      if (lane.settledSinceLook.has(keyOf(task)) || (known?.task.due === task.due && known.task.manual === task.manual)) continue
      // What comes after one that cannot be taken would overtake it: a resend waits for the retry that is in hand.
      if (known !== undefined || !this.#mayTake(lane, monotonic, TASKS_MAX)) {
        lane.more = true
        return
      }
      this.#take(lane, task, { since: monotonic })
    }
  }

  /** The next task of the lane to be started. It stays in hand. */
  next(lane: HeldLane): TaskInHand {
    const hand = lane.ready.shift()!
    this.#contentBytes -= bytesOf(hand)
    return hand
  }

  /** Lets go of what was not started: it stays in the store. */
  putBack(lane: HeldLane): void {
    if (lane.ready.length > 0) lane.more = true
    this.#letGo(lane)
  }

  /** Lets go of a task that was started. `settled`: the store has it no more, so what still says so is old. */
  finish(lane: HeldLane, hand: TaskInHand, { settled, monotonic }: { settled: boolean; monotonic: number }): void {
    if (settled) this.#settledLately.add(hand.task, monotonic)
    if (settled && lane.limits.ordered) lane.settledSinceLook.add(keyOf(hand.task))
    this.#drop(lane, hand)
    lane.idleSince = monotonic
  }

  /** The life is lost: aborts what is under way, and forgets all. */
  forget(): void {
    for (const lane of this.#lanes.values()) this.remove(lane)
    this.#settledLately.clear()
  }

  #mayTake(lane: HeldLane, monotonic: number, most: number): boolean {
    const laneMost = lane.limits === noLimits ? LANE_TASKS_MAX : LIMITED_LANE_TASKS_MAX
    return !lane.releasing && monotonic >= lane.closedUntil && lane.hands.size < laneMost && this.#tasks < most
  }

  #take(lane: HeldLane, task: Task, { since, content }: { since: number; content?: LoadedDelivery | undefined }): void {
    const fits = content !== undefined && this.#contentBytes + (content.payload?.byteLength ?? 0) <= CONTENT_BYTES_MAX
    const hand: TaskInHand = { task, content: fits ? content : undefined, since }
    lane.hands.add(hand)
    lane.ready.push(hand)
    this.#tasks++
    this.#contentBytes += bytesOf(hand)
  }

  #letGo(lane: HeldLane): void {
    for (const hand of lane.ready.splice(0)) {
      this.#contentBytes -= bytesOf(hand)
      this.#drop(lane, hand)
    }
  }

  #drop(lane: HeldLane, hand: TaskInHand): void {
    if (lane.hands.delete(hand.task.delivery)) this.#tasks--
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
