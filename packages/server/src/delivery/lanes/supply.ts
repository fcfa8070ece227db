import assert from 'node:assert/strict'
import type { SessionId } from '#domain'
import type { Clock, Log } from '#platform'
import type { LaneId, Store, Task } from '#store'
import type { HeldLane } from './held-lane.ts'
import { LANE_TASKS_MAX, TASKS_MAX, type Holdings } from './holdings.ts'

/** Lanes that one call asks the store for, or about. */
const LANES_A_CALL = 64
/** Tasks of one lane that one call brings. */
const TASKS_A_TURN = 20
const LANES_HELD_MAX = 4096
const RELEASES_A_CALL = 256
/** A lane without work is kept this long, because the next event often follows. */
const LINGER_MS = 500
/** A held lane is looked into again after this long: what another process put there may not have reached us. */
const LOOK_MS = 1000

export interface SupplyOptions {
  readonly store: Pick<Store, 'claim' | 'refill' | 'release'>
  readonly session: { readonly id: SessionId; mayAct(): boolean }
  readonly holdings: Holdings
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  /** What the lane sent within the last second counts towards its rate, and the next owner would not know of it. */
  readonly isWarm: (lane: HeldLane, monotonic: number) => boolean
  /** What the store's clock showed a moment ago. */
  readonly onStoreTime: (now: number) => void
  /** Tasks came into the hand of this lane. */
  readonly onReady: (lane: HeldLane) => void
  /** A look has ended: start what came. */
  readonly onLooked: () => void
}

/**
 * Brings lanes and tasks from the store into hand, and gives lanes back. A lane's way through it:
 *
 *   the store's --claim()--> held, with its first tasks
 *   held   --want(), and it has run low--> wanted --look()--> being refilled --the store has answered, or not--> held
 *   held   --releaseIdle(), releaseAll()--> `releasing` --the store has taken it--> the store's; else held again
 *
 * What must hold: one look is under way at a time (`#looking`), so no lane is refilled twice at once; a lane that is `releasing` is neither
 * refilled nor receives anything; and an answer to a life that is lost meanwhile brings nothing into hand.
 */
export class Supply {
  readonly #options: SupplyOptions
  /** Lanes for the next look. They may be lost until then. */
  readonly #wanted = new Set<HeldLane>()
  #looking: Promise<void> | undefined

  constructor(options: SupplyOptions) {
    this.#options = options
  }

  /** Takes lanes that are due. Milliseconds until it is worth asking again. */
  async claim(): Promise<number> {
    const { store, session, holdings, clock, onStoreTime } = this.#options
    while (session.mayAct() && this.#hasRoomForLanes()) {
      const life = session.id
      const { lanes, tasks, nextInMs, now } = await store.claim(life, LANES_A_CALL, TASKS_A_TURN)
      onStoreTime(now)
      if (session.id !== life) return 0
      const monotonic = clock.monotonic()
      for (const lane of lanes) holdings.hold(lane, { monotonic, now })
      const held = lanes.flatMap((lane) => holdings.lanes.get(lane.lane) ?? [])
      this.#receive(tasks, held, () => TASKS_A_TURN)
      if (lanes.length < LANES_A_CALL) return nextInMs
    }
    return Infinity
  }

  /** The lane may have run low: it is in the next look, if the store may have more. */
  want(lane: HeldLane): void {
    if (isLow(lane)) this.#wanted.add(lane)
  }

  /** Looks into the store for the lanes that are wanted, one call at a time. */
  look(): void {
    if (this.#looking !== undefined || this.#wanted.size === 0) return
    const lanes = this.#takeWanted()
    if (lanes.length === 0) return
    this.#looking = this.#refill(lanes).finally(() => {
      this.#looking = undefined
      this.#options.onLooked()
    })
  }

  /** Gives back lanes without work, and closed ones: the store knows when they are due next. */
  async releaseIdle(): Promise<void> {
    const monotonic = this.#options.clock.monotonic()
    const idle: HeldLane[] = []
    for (const lane of this.#options.holdings.lanes.values())
      if (this.#isIdle(lane, monotonic) && idle.push(lane) === RELEASES_A_CALL) break
    if (idle.length > 0) await this.#release(idle)
  }

  /** Gives back every lane that has nothing under way. */
  async releaseAll(): Promise<void> {
    const resting = [...this.#options.holdings.lanes.values()].filter((lane) => lane.hands.size === 0)
    while (resting.length > 0) await this.#release(resting.splice(0, RELEASES_A_CALL))
  }

  /** Finds the lanes whose time has come: to be looked into, or to send again. Milliseconds until the next one's has. */
  sweep(): number {
    const { clock, holdings, onReady } = this.#options
    const monotonic = clock.monotonic()
    let next = Infinity
    for (const lane of holdings.lanes.values()) {
      const { closedUntil } = lane
      // A closed lane is not looked into: its backlog stays untouched.
      const at = Math.max(closedUntil, isLow(lane) ? 0 : lane.wakeAt)
      if (at > monotonic) next = Math.min(next, at - monotonic)
      if (at <= monotonic || monotonic - lane.lookedAt >= LOOK_MS) this.#wanted.add(lane)
      onReady(lane)
    }
    return next
  }

  /** Resolves when no look is under way. */
  get idle(): Promise<void> {
    return this.#looking ?? Promise.resolve()
  }

  #hasRoomForLanes(): boolean {
    const { lanes, tasks } = this.#options.holdings
    return lanes.size < LANES_HELD_MAX && tasks <= TASKS_MAX - LANES_A_CALL * TASKS_A_TURN
  }

  #hasRoomFor(lane: HeldLane): boolean {
    return lane.hands.size <= LANE_TASKS_MAX - TASKS_A_TURN && this.#options.holdings.tasks <= TASKS_MAX - TASKS_A_TURN
  }

  /** Those that can be refilled now; the others come again when they are wanted. */
  #takeWanted(): HeldLane[] {
    const { clock, holdings } = this.#options
    const lanes: HeldLane[] = []
    const monotonic = clock.monotonic()
    for (const lane of this.#wanted) {
      this.#wanted.delete(lane)
      if (holdings.lanes.get(lane.lane) !== lane || lane.releasing || monotonic < lane.closedUntil || !this.#hasRoomFor(lane)) continue
      if (lanes.push(lane) === LANES_A_CALL) break
    }
    return lanes
  }

  async #refill(lanes: readonly HeldLane[]): Promise<void> {
    assert(this.#looking === undefined, 'one look at a time')
    const { store, session, clock, log } = this.#options
    const life = session.id
    const asked = new Map(lanes.map((lane) => [lane.lane, lane.hands.size + TASKS_A_TURN]))
    const monotonic = clock.monotonic()
    // Cleared before the look, so that what comes up while it is under way asks for another one.
    for (const lane of lanes) {
      lane.more = false
      lane.wakeAt = Infinity
      lane.settledSinceLook.clear()
      lane.lookedAt = monotonic
    }
    try {
      const wanted = [...asked].map(([lane, tasksMax]) => ({ lane, tasksMax }))
      const tasks = await store.refill(life, wanted)
      if (session.id === life) this.#receive(tasks, lanes, (lane) => asked.get(lane)!)
    } catch (error) {
      log.warn('delivery.refill.failed', { error })
      for (const lane of lanes) lane.wakeAt = monotonic + LOOK_MS
    }
    for (const lane of lanes) this.want(lane)
  }

  /** Puts tasks into hand, and notes which lanes may have more of them than were asked for. */
  #receive(tasks: readonly Task[], lanes: readonly HeldLane[], asked: (lane: LaneId) => number): void {
    const { clock, holdings, onReady } = this.#options
    const monotonic = clock.monotonic()
    const found = new Map<LaneId, number>()
    const inOrder = new Map(lanes.filter((lane) => lane.limits.ordered).map((lane): [HeldLane, Task[]] => [lane, []]))
    for (const task of tasks) {
      found.set(task.lane, (found.get(task.lane) ?? 0) + 1)
      const those = inOrder.size === 0 ? undefined : inOrder.get(holdings.lanes.get(task.lane)!)
      if (those !== undefined) {
        those.push(task)
        continue
      }
      const lane = holdings.receive(task, monotonic)
      if (lane) onReady(lane)
    }
    for (const [lane, those] of inOrder) this.#replace(lane, those, monotonic)
    for (const [name, count] of found) {
      const lane = holdings.lanes.get(name)
      if (lane && count >= asked(name)) lane.more = true
    }
  }

  #replace(lane: HeldLane, tasks: readonly Task[], monotonic: number): void {
    const { holdings, onReady } = this.#options
    if (holdings.lanes.get(lane.lane) !== lane) return
    holdings.replace(lane, tasks, monotonic)
    onReady(lane)
  }

  async #release(lanes: readonly HeldLane[]): Promise<void> {
    const { store, session, holdings, log } = this.#options
    for (const lane of lanes) {
      assert(lane.hands.size === 0, 'a lane is given back with nothing in hand')
      lane.releasing = true
    }
    let gone: ReadonlySet<LaneId> = new Set()
    try {
      const names = lanes.map((lane) => lane.lane)
      gone = new Set(await store.release(session.id, names))
    } catch (error) {
      log.warn('delivery.release.failed', { error })
    }
    for (const lane of lanes) {
      lane.releasing = false
      if (gone.has(lane.lane)) holdings.remove(lane)
    }
  }

  #isIdle(lane: HeldLane, monotonic: number): boolean {
    if (lane.hands.size > 0 || lane.releasing || this.#options.isWarm(lane, monotonic)) return false
    if (lane.isClosedInStore(monotonic)) return true
    return !lane.more && monotonic - lane.idleSince >= LINGER_MS && lane.wakeAt - monotonic > LINGER_MS
  }
}

function isLow(lane: HeldLane): boolean {
  return lane.more && lane.ready.length < TASKS_A_TURN / 2
}
