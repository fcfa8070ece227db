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
/** A held lane is looked into again after this long: what another process put there may not have been told to us. */
const LOOK_MS = 1000

/** Brings lanes and tasks from the store into hand, and gives lanes back. */
export interface Supply {
  /** Takes lanes that are due. Milliseconds until it is worth asking again. */
  claim(): Promise<number>
  /** The lane may have run low: it is in the next look, if the store may have more. */
  want(lane: HeldLane): void
  /** Looks into the store for the lanes that are wanted, one call at a time. */
  look(): void
  /** Gives back lanes without work, and closed ones: the store knows when they are due next. */
  releaseIdle(): Promise<void>
  /** Gives back every lane that has nothing under way. */
  releaseAll(): Promise<void>
  /** Finds the lanes whose time has come: to be looked into, or to send again. Milliseconds until the next one's has. */
  sweep(): number
  /** Resolves when no look is under way. */
  readonly idle: Promise<void>
}

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

export function createSupply({ store, session, holdings, clock, log, isWarm, onStoreTime, onReady, onLooked }: SupplyOptions): Supply {
  const wanted = new Set<HeldLane>()
  let looking: Promise<void> | undefined

  /** Puts tasks into hand, and notes which lanes may have more of them than were asked for. */
  const receiveAll = (tasks: readonly Task[], lanes: readonly HeldLane[], asked: (lane: LaneId) => number): void => {
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
    for (const [lane, those] of inOrder) {
      if (holdings.lanes.get(lane.lane) !== lane) continue
      holdings.replace(lane, those, monotonic)
      onReady(lane)
    }
    for (const [name, count] of found) {
      const lane = holdings.lanes.get(name)
      if (lane && count >= asked(name)) lane.more = true
    }
  }

  const hasRoom = (lane: HeldLane): boolean =>
    lane.hands.size <= LANE_TASKS_MAX - TASKS_A_TURN && holdings.tasks <= TASKS_MAX - TASKS_A_TURN

  const refill = async (lanes: readonly HeldLane[]): Promise<void> => {
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
      const tasks = await store.refill(
        life,
        [...asked].map(([lane, tasksMax]) => ({ lane, tasksMax })),
      )
      if (session.id === life) receiveAll(tasks, lanes, (lane) => asked.get(lane)!)
    } catch (error) {
      log.warn('delivery.refill.failed', { error })
      for (const lane of lanes) lane.wakeAt = monotonic + LOOK_MS
    }
    for (const lane of lanes) want(lane)
  }

  const isLow = (lane: HeldLane): boolean => lane.more && lane.ready.length < TASKS_A_TURN / 2

  const want = (lane: HeldLane): void => {
    if (isLow(lane)) wanted.add(lane)
  }

  const release = async (lanes: readonly HeldLane[]): Promise<void> => {
    for (const lane of lanes) lane.releasing = true
    let gone = new Set<LaneId>()
    try {
      gone = new Set(
        await store.release(
          session.id,
          lanes.map((lane) => lane.lane),
        ),
      )
    } catch (error) {
      log.warn('delivery.release.failed', { error })
    }
    for (const lane of lanes) {
      lane.releasing = false
      if (gone.has(lane.lane)) holdings.remove(lane)
    }
  }

  const isIdle = (lane: HeldLane, monotonic: number): boolean => {
    if (lane.hands.size > 0 || lane.releasing || isWarm(lane, monotonic)) return false
    if (lane.isClosedInStore(monotonic)) return true
    return !lane.more && monotonic - lane.idleSince >= LINGER_MS && lane.wakeAt - monotonic > LINGER_MS
  }

  return {
    async claim() {
      while (session.mayAct() && holdings.lanes.size < LANES_HELD_MAX && holdings.tasks <= TASKS_MAX - LANES_A_CALL * TASKS_A_TURN) {
        const life = session.id
        const { lanes, tasks, nextInMs, now } = await store.claim(life, LANES_A_CALL, TASKS_A_TURN)
        onStoreTime(now)
        if (session.id !== life) return 0
        const monotonic = clock.monotonic()
        for (const lane of lanes) holdings.hold(lane, { monotonic, now })
        receiveAll(
          tasks,
          lanes.flatMap((lane) => holdings.lanes.get(lane.lane) ?? []),
          () => TASKS_A_TURN,
        )
        if (lanes.length < LANES_A_CALL) return nextInMs
      }
      return Infinity
    },
    want,
    look() {
      if (looking || wanted.size === 0) return
      const lanes: HeldLane[] = []
      const monotonic = clock.monotonic()
      for (const lane of wanted) {
        wanted.delete(lane)
        if (holdings.lanes.get(lane.lane) !== lane || lane.releasing || monotonic < lane.closedUntil || !hasRoom(lane)) continue
        if (lanes.push(lane) === LANES_A_CALL) break
      }
      if (lanes.length === 0) return
      looking = refill(lanes).finally(() => {
        looking = undefined
        onLooked()
      })
    },
    async releaseIdle() {
      const monotonic = clock.monotonic()
      const idle: HeldLane[] = []
      for (const lane of holdings.lanes.values()) if (isIdle(lane, monotonic) && idle.push(lane) === RELEASES_A_CALL) break
      if (idle.length > 0) await release(idle)
    },
    async releaseAll() {
      const resting = [...holdings.lanes.values()].filter((lane) => lane.hands.size === 0)
      while (resting.length > 0) await release(resting.splice(0, RELEASES_A_CALL))
    },
    sweep() {
      const monotonic = clock.monotonic()
      let next = Infinity
      for (const lane of holdings.lanes.values()) {
        const { closedUntil } = lane
        // A closed lane is not looked into: its backlog stays untouched.
        const at = Math.max(closedUntil, isLow(lane) ? 0 : lane.wakeAt)
        if (at > monotonic) next = Math.min(next, at - monotonic)
        if (at <= monotonic || monotonic - lane.lookedAt >= LOOK_MS) wanted.add(lane)
        onReady(lane)
      }
      return next
    },
    get idle() {
      return looking ?? Promise.resolve()
    },
  }
}
