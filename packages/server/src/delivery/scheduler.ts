import type { ConfigCache, DeliveryWork } from '#coordination'
import type { SessionId } from '#domain'
import { sleep, type Clock, type Log, type Timer } from '#platform'
import type { LaneId, LoadedDelivery, Store } from '#store'
import type { HeldLane, TaskInHand } from './held-lane.ts'
import { createHoldings } from './holdings.ts'
import { createLimitReader, noLimits } from './lane-limits.ts'
import { createLeaps } from './leaps.ts'
import { createRates } from './rates.ts'
import { createSlots } from './slots.ts'
import { createSupply } from './supply.ts'

/**
 * Decides what is sent when. Owns lanes on behalf of the session: takes those that are due (or born in a commit of this process),
 * keeps a few tasks of each in hand, starts attempts in turn over all lanes so that none starves the others, and gives lanes back
 * when nothing of theirs is due.
 */
export interface Scheduler {
  start(): void
  /** Work that a commit of this process gave birth to. */
  take(work: DeliveryWork): void
  /** There is work in these lanes that no commit gave to this session. */
  look(lanes: readonly LaneId[]): void
  /** The life is lost: nothing that was held is ours any more, and what is under way is aborted. */
  forget(): void
  /** Starts nothing more, waits for what is under way to settle (aborts it with the signal), gives all lanes back. */
  stop(signal: AbortSignal): Promise<void>
  readonly counts: SchedulerCounts
}

export interface SchedulerCounts {
  readonly lanes: number
  readonly tasksInHand: number
  readonly contentBytes: number
  readonly underWay: number
  /** Started and not settled. */
  readonly unsettled: number
}

/** What became of a task that was started. */
export interface TaskEnd {
  /** False: we settled nothing. If the task is still in the store, the next look finds it there. */
  readonly settled: boolean
  /** When the delivery is due again, if it is. */
  readonly againInMs: number | null
  /** In an ordered lane: it keeps its key, and nothing of the lane starts before. */
  readonly keptPlace?: boolean
}

/** Sends and settles one task. Never rejects. */
export type Deliver = (lane: HeldLane, hand: TaskInHand, progress: Progress) => Promise<TaskEnd>

/** How far an attempt is. */
export interface Progress {
  /** The request is on the wire. Undefined: nobody counts it. */
  readonly left: (() => void) | undefined
  /** The attempt is over and the lane has learnt from it: its slot is free, while the settlement waits for its commit. */
  readonly over: () => void
}

export interface SchedulerOptions {
  readonly store: Pick<Store, 'claim' | 'refill' | 'release'>
  readonly session: { readonly id: SessionId; readonly senders: number; mayAct(): boolean }
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh' | 'revision'>
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  /** Attempts under way at the same time. */
  readonly inFlightMax: number
  readonly deliver: Deliver
}

/** The store is asked for lanes that are due at least so often, and not more often than that. */
const TICK_MS_MAX = 250
const TICK_MS_MIN = 5
/** So many times the slots may be sent but not settled: a store that is slow to commit stops the sending, not the process. */
const UNSETTLED_FACTOR = 4
/** An ordered lane whose first task came to nothing waits this long before it looks for it again. */
const LOOK_AGAIN_MS = 250
const COOL_MS = 50

export function createScheduler({ store, session, config, clock, log, inFlightMax, deliver }: SchedulerOptions): Scheduler {
  const limits = createLimitReader({
    config,
    onChange(lane, before) {
      // What waits in hand may stand out of its order.
      if (lane.limits.ordered && !before.ordered) holdings.putBack(lane)
      supply.want(lane)
    },
    onKnown(lanes) {
      for (const lane of lanes) rouse(lane)
      pump()
    },
  })
  const holdings = createHoldings((lane) => void limits.know(lane))
  const wake = (lane: HeldLane): void => {
    rouse(lane)
    pump()
  }
  const rates = createRates({ clock, senders: () => session.senders, wake })
  const leaps = createLeaps({ clock, log, wake })
  const slots = createSlots(inFlightMax)
  /** Lanes with tasks that could be started, in turn: those with nothing under way come before the others. */
  const hungry = new Set<HeldLane>()
  const turns = new Set<HeldLane>()
  let unsettled = 0
  let stopping = false
  let timer: Timer | undefined
  let ticking = Promise.resolve()
  let hurried = false
  let drained: (() => void) | undefined

  const queue = (lane: HeldLane): void => {
    if (lane.ready.length > 0) (lane.inFlight === 0 ? hungry : turns).add(lane)
  }

  /** It may be gone, and its name be held anew. */
  const rouse = (lane: HeldLane): void => {
    if (holdings.lanes.get(lane.lane) === lane) queue(lane)
  }

  const supply = createSupply({
    ...{ store, session, holdings, clock, log, isWarm: rates.isWarm },
    onStoreTime: leaps.note,
    onReady: queue,
    onLooked: () => pump(),
  })

  /** Starts what may start. */
  const pump = (): void => {
    if (stopping || !session.mayAct()) return
    serve(hungry)
    serve(turns)
    supply.look()
  }

  /** One task a lane in turn. A lane that is closed or full goes, and comes again when one of its attempts ends. */
  const serve = (lanes: Set<HeldLane>): void => {
    const monotonic = clock.monotonic()
    const passed: HeldLane[] = []
    for (const lane of lanes) {
      if (slots.full || unsettled >= inFlightMax * UNSETTLED_FACTOR) break
      lanes.delete(lane)
      if (holdings.lanes.get(lane.lane) !== lane || !limits.know(lane)) continue
      if (lane.ready.length === 0 || !lane.canStart(monotonic)) continue
      if (lane.limits !== noLimits && !rates.admits(lane, monotonic)) continue
      if (!leaps.admits(lane, monotonic)) continue
      if (slots.admits(lane)) {
        begin(lane, monotonic)
        queue(lane)
        supply.want(lane)
      } else passed.push(lane)
    }
    for (const lane of passed) lanes.add(lane)
  }

  /** One pump at the end of this microtask, however many attempts end in it. */
  let due = false
  const soon = (): void => {
    if (due) return
    due = true
    queueMicrotask(() => {
      due = false
      pump()
    })
  }

  /** What was born in an ordered lane is sent when everything older is known to have been: its turn is read from the store. */
  const lookFor = (name: LaneId): void => {
    const lane = holdings.lanes.get(name)
    if (lane?.limits.ordered) supply.want(lane)
  }

  const begin = (lane: HeldLane, monotonic: number): void => {
    const hand = holdings.next(lane)
    leaps.take(hand.task, monotonic)
    const free = slots.take(lane)
    const pass = lane.limits === noLimits ? undefined : rates.take(lane, monotonic)
    unsettled++
    let isOver = false
    const over = (): void => {
      if (isOver) return
      isOver = true
      free()
      pass?.over()
      if (clock.monotonic() < lane.closedUntil) holdings.putBack(lane)
      queue(lane)
      soon()
    }
    void deliver(lane, hand, { left: pass?.left, over }).then((end) => {
      over()
      unsettled--
      finish(lane, hand, end)
    })
  }

  const finish = (lane: HeldLane, hand: TaskInHand, end: TaskEnd): void => {
    const monotonic = clock.monotonic()
    const keptPlace = end.keptPlace === true
    // A task that kept its key comes again, and is not an old copy then.
    holdings.finish(lane, hand, { settled: end.settled && !keptPlace, monotonic })
    if (end.againInMs !== null) lane.wakeAt = Math.min(lane.wakeAt, monotonic + end.againInMs)
    if (lane.limits.ordered) inOrder(lane, monotonic, end.settled && !keptPlace)
    supply.want(lane)
    if (stopping && unsettled === 0) drained?.()
    soon()
  }

  /** The first task of an ordered lane has ended; or it is to come again, and what follows must not overtake it. */
  const inOrder = (lane: HeldLane, monotonic: number, hasEnded: boolean): void => {
    if (hasEnded && monotonic >= lane.closedUntil) return queue(lane)
    lane.more = true
    holdings.putBack(lane)
    if (!hasEnded) lane.hold(monotonic + LOOK_AGAIN_MS)
  }

  const tick = (): void => {
    timer = undefined
    hurried = false
    ticking = turn()
      .catch((error: unknown) => {
        log.warn('delivery.claim.failed', { error })
        return TICK_MS_MAX
      })
      .then((waitMs) => {
        pump()
        if (!stopping) timer = clock.after(hurried ? TICK_MS_MIN : Math.min(Math.max(waitMs, TICK_MS_MIN), TICK_MS_MAX), tick)
      })
  }

  /** Claims in a moment, with what is told until then; after the claim that is under way, which may have looked too early. */
  const hurry = (): void => {
    if (hurried || stopping) return
    hurried = true
    if (timer === undefined) return
    timer.cancel()
    timer = clock.after(TICK_MS_MIN, tick)
  }

  /** Gives back first, so that what came up for a lane meanwhile is claimed with the rest. */
  const turn = async (): Promise<number> => {
    await supply.releaseIdle()
    const claimInMs = await supply.claim()
    return Math.min(claimInMs, supply.sweep())
  }

  const settled = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (unsettled === 0) return resolve()
      drained = resolve
      const giveUp = (): void => {
        for (const lane of holdings.lanes.values()) lane.life.abort()
        resolve()
      }
      if (signal.aborted) giveUp()
      else signal.addEventListener('abort', giveUp, { once: true })
    })

  /** Who takes over a lane with a rate does not know what was sent within the last second. */
  const cooled = async (signal: AbortSignal): Promise<void> => {
    const isWarm = (lane: HeldLane): boolean => rates.isWarm(lane, clock.monotonic())
    while (!signal.aborted && [...holdings.lanes.values()].some(isWarm)) await sleep(clock, COOL_MS, signal).catch(() => {})
  }

  return {
    start: tick,
    take(work) {
      if (stopping) return
      const monotonic = clock.monotonic()
      // A lane is taken at birth only if nothing holds it back, so its times are over.
      for (const lane of work.lanes) holdings.hold(lane, { monotonic, now: Infinity })
      const contents = new Map<string, LoadedDelivery>(work.loaded.map((loaded) => [loaded.delivery.id, loaded]))
      for (const task of work.tasks) {
        const lane = holdings.receive(task, monotonic, contents.get(task.delivery))
        if (lane) queue(lane)
        else lookFor(task.lane)
      }
      pump()
    },
    look(names) {
      for (const name of names) {
        const lane = holdings.lanes.get(name)
        if (lane === undefined) {
          hurry()
          continue
        }
        lane.more = true
        supply.want(lane)
      }
      pump()
    },
    forget() {
      holdings.forget()
      hungry.clear()
      turns.clear()
    },
    async stop(signal) {
      stopping = true
      timer?.cancel()
      await ticking
      await supply.idle
      for (const lane of holdings.lanes.values()) holdings.putBack(lane)
      await settled(signal)
      await cooled(signal)
      await supply.releaseAll()
      holdings.forget()
      rates.close()
      leaps.close()
    },
    get counts() {
      const { lanes, tasks, contentBytes } = holdings
      return { lanes: lanes.size, tasksInHand: tasks, contentBytes, underWay: slots.underWay, unsettled }
    },
  }
}
