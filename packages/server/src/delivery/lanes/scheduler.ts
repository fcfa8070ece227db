import assert from 'node:assert/strict'
import type { ConfigCache, DeliveryWork, Precedence } from '#coordination'
import type { SessionId } from '#domain'
import { sleep, type Clock, type Log } from '#platform'
import type { LaneId, LoadedDelivery, Store } from '#store'
import { BeginTurn } from './begin-turn.ts'
import { ClaimLoop } from './claim-loop.ts'
import { unsettled, type Conclude, type TaskEnd } from '../conclude.ts'
import type { Deliver, StartedTask } from '../deliver.ts'
import type { HeldLane } from './held-lane.ts'
import { Holdings } from './holdings.ts'
import { noLimits } from './lane-limits.ts'
import { createLimitReader, type LimitReader } from './limit-reader.ts'
import { ClockJumps } from './clock-jumps.ts'
import { createRates, type Pass, type Rates } from './rates.ts'
import { Lateness } from './lateness.ts'
import { createSlots, type Slots } from './slots.ts'
import { Supply } from './supply.ts'

export interface SchedulerCounts {
  readonly lanes: number
  readonly tasksInHand: number
  readonly contentBytes: number
  readonly underWay: number
  /** Started and not settled. */
  readonly unsettled: number
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
  readonly conclude: Conclude
  /** Notified of what ends, and of what is late because this process is busy. */
  readonly precedence: Pick<Precedence, 'late' | 'ended'>
  /** The mean length of a turn of the event loop. */
  readonly turnMs: () => number
}

/** So many times the slots may be sent but not settled: a store that is slow to commit stops the sending, not the process. */
const UNSETTLED_FACTOR = 4
/** An ordered lane whose first task came to nothing waits this long before it looks for it again. */
const LOOK_AGAIN_MS = 250
const COOL_MS = 50

/**
 * Decides what is sent when. Owns lanes on behalf of the session: takes those that are due (or created in a commit of this process),
 * keeps a few tasks of each in hand, starts attempts in turn over all lanes so that none starves the others, and gives lanes back
 * when nothing of theirs is due.
 *
 *   resting  --start()--> running
 *   running  --stop()--> draining     attempts start while the session may act; in every other mode none does
 *   draining --all is settled, or the signal has aborted what is under way, and no lane with a rate is warm--> stopped
 *
 * What must hold: in `resting` and `stopped` no lane is held and no timer is set. From `draining` on nothing waits in hand: it was put back,
 * and what comes from then on is left in the store. A life that is lost (`forget`) changes no mode: lanes and tasks go, and what is under
 * way counts until it has ended.
 */
export class Scheduler {
  readonly #clock: Clock
  readonly #session: SchedulerOptions['session']
  readonly #deliver: Deliver
  readonly #conclude: Conclude
  readonly #unsettledMax: number
  readonly #limits: LimitReader
  readonly #holdings: Holdings
  readonly #rates: Rates
  readonly #clockJumps: ClockJumps
  readonly #slots: Slots
  readonly #supply: Supply
  readonly #precedence: SchedulerOptions['precedence']
  readonly #lateness: Lateness
  readonly #claims: ClaimLoop
  readonly #turn: BeginTurn
  /** Lanes with tasks that could be started, in turn: those with nothing under way come before the others. */
  readonly #idle = new Set<HeldLane>()
  readonly #active = new Set<HeldLane>()
  #mode: 'resting' | 'running' | 'draining' | 'stopped' = 'resting'
  /** Tasks that were started and have not ended. */
  #unsettled = 0
  /** A dispatch follows at the end of this microtask. */
  #dispatchIsDue = false
  /** Resolves what `stop` waits for. */
  #drained: (() => void) | undefined

  constructor({ store, session, config, clock, log, inFlightMax, deliver, conclude, precedence, turnMs }: SchedulerOptions) {
    this.#clock = clock
    this.#session = session
    this.#deliver = deliver
    this.#conclude = conclude
    this.#precedence = precedence
    this.#lateness = new Lateness({ turnMs, onLate: () => precedence.late() })
    this.#unsettledMax = inFlightMax * UNSETTLED_FACTOR
    this.#limits = createLimitReader({
      config,
      onChange: (lane, before) => {
        // What waits in hand may stand out of its order.
        if (lane.limits.ordered && !before.ordered) this.#holdings.putBack(lane)
        this.#supply.want(lane)
      },
      onKnown: (lanes) => this.#wake(lanes),
    })
    this.#holdings = new Holdings((lane) => void this.#limits.know(lane))
    const wake = (lane: HeldLane): void => this.#wake([lane])
    this.#rates = createRates({ clock, senders: () => session.senders, wake })
    this.#clockJumps = new ClockJumps({ clock, log, wake })
    this.#slots = createSlots(inFlightMax)
    this.#turn = new BeginTurn(clock, () => this.#dispatch())
    this.#supply = new Supply({
      ...{ store, session, holdings: this.#holdings, clock, log, isWarm: this.#rates.isWarm },
      onStoreTime: (now) => this.#clockJumps.note(now),
      onReady: (lane) => this.#queue(lane),
      onLooked: () => this.#dispatch(),
    })
    this.#claims = new ClaimLoop({ clock, log, claim: () => this.#claim(), onClaimed: () => this.#dispatch() })
  }

  start(): void {
    assert(this.#mode === 'resting', 'a scheduler starts once')
    this.#mode = 'running'
    this.#claims.start()
  }

  /** Work that a commit of this process created. */
  take(work: DeliveryWork): void {
    if (this.#mode !== 'running') return
    const monotonic = this.#clock.monotonic()
    // A lane is taken when it is created only if nothing holds it back, so its times are over.
    for (const lane of work.lanes) this.#holdings.hold(lane, { monotonic, now: Infinity })
    const contents = new Map<string, LoadedDelivery>(work.loaded.map((loaded) => [loaded.delivery.id, loaded]))
    for (const task of work.tasks) {
      const lane = this.#holdings.receive(task, monotonic, contents.get(task.delivery))
      if (lane) this.#queue(lane)
      else this.#lookFor(task.lane)
    }
    this.#dispatch()
  }

  /** There is work in these lanes that no commit gave to this session. */
  look(names: readonly LaneId[]): void {
    for (const name of names) {
      const lane = this.#holdings.lanes.get(name)
      if (lane === undefined) {
        this.#claims.soon()
        continue
      }
      lane.more = true
      this.#supply.want(lane)
    }
    this.#dispatch()
  }

  /** The life is lost: nothing that was held is ours any more, and what is under way is aborted. */
  forget(): void {
    this.#holdings.forget()
    this.#idle.clear()
    this.#active.clear()
  }

  /** Starts nothing more, waits for what is under way to settle (aborts it with the signal), gives all lanes back. May be called again. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#mode = 'draining'
    await this.#claims.stop()
    await this.#supply.idle
    for (const lane of this.#holdings.lanes.values()) this.#holdings.putBack(lane)
    await this.#settled(signal)
    await this.#cooled(signal)
    await this.#supply.releaseAll()
    this.#holdings.forget()
    this.#rates.close()
    this.#clockJumps.close()
    this.#mode = 'stopped'
  }

  get counts(): SchedulerCounts {
    const { lanes, tasks, contentBytes } = this.#holdings
    return { lanes: lanes.size, tasksInHand: tasks, contentBytes, underWay: this.#slots.underWay, unsettled: this.#unsettled }
  }

  /** Gives back first, so that what came up for a lane meanwhile is claimed with the rest. */
  async #claim(): Promise<number> {
    await this.#supply.releaseIdle()
    const claimInMs = await this.#supply.claim()
    return Math.min(claimInMs, this.#supply.sweep())
  }

  #queue(lane: HeldLane): void {
    if (lane.ready.length > 0) (lane.inFlight === 0 ? this.#idle : this.#active).add(lane)
  }

  /** What these lanes slept for has come. */
  #wake(lanes: Iterable<HeldLane>): void {
    for (const lane of lanes) if (this.#isHeld(lane)) this.#queue(lane)
    this.#dispatch()
  }

  /** It may be gone, and its name be held anew. */
  #isHeld(lane: HeldLane): boolean {
    return this.#holdings.lanes.get(lane.lane) === lane
  }

  /** What was created in an ordered lane is sent when everything older is known to have been: its turn is read from the store. */
  #lookFor(name: LaneId): void {
    const lane = this.#holdings.lanes.get(name)
    if (lane?.limits.ordered) this.#supply.want(lane)
  }

  /** Starts what may start. */
  #dispatch(): void {
    if (this.#mode !== 'running' || !this.#session.mayAct()) return
    this.#dispatchFrom(this.#idle)
    this.#dispatchFrom(this.#active)
    this.#supply.look()
  }

  /** One dispatch at the end of this microtask, however many attempts end in it. */
  #dispatchSoon(): void {
    if (this.#dispatchIsDue) return
    this.#dispatchIsDue = true
    queueMicrotask(() => {
      this.#dispatchIsDue = false
      this.#dispatch()
    })
  }

  /** One task a lane in turn. A lane that is closed or full goes, and comes again when one of its attempts ends. */
  #dispatchFrom(lanes: Set<HeldLane>): void {
    const monotonic = this.#clock.monotonic()
    const passed: HeldLane[] = []
    for (const lane of lanes) {
      if (this.#slots.full || this.#unsettled >= this.#unsettledMax) break
      if (!this.#turn.admits()) break
      lanes.delete(lane)
      if (!this.#mayBegin(lane, monotonic)) continue
      if (this.#slots.admits(lane)) {
        this.#begin(lane, monotonic)
        this.#queue(lane)
        this.#supply.want(lane)
      } else passed.push(lane)
    }
    for (const lane of passed) lanes.add(lane)
  }

  /** As far as the lane itself is concerned. One that sleeps until its rate has room is woken then. */
  #mayBegin(lane: HeldLane, monotonic: number): boolean {
    if (!this.#isHeld(lane) || !this.#limits.know(lane)) return false
    if (lane.ready.length === 0 || !lane.canStart(monotonic)) return false
    if (lane.limits !== noLimits && !this.#rates.admits(lane, monotonic)) return false
    return this.#clockJumps.admits(lane, monotonic)
  }

  #begin(lane: HeldLane, monotonic: number): void {
    const hand = this.#holdings.next(lane)
    this.#clockJumps.take(hand.task, monotonic)
    this.#lateness.began(lane, hand, { monotonic, crowded: this.#slots.crowded })
    const free = this.#slots.take(lane)
    const pass = lane.limits === noLimits ? undefined : this.#rates.take(lane, monotonic)
    this.#unsettled++
    void this.#carry({ lane, hand, onSent: pass?.left, free, pass, startedAt: monotonic })
  }

  /** From its start until it has ended. Of what was sent the slot is free while the settlement waits for its commit. */
  async #carry(started: Started): Promise<void> {
    const conclusion = await this.#deliver(started)
    if (conclusion.kind === 'sent') this.#free(started)
    const end = conclusion.kind === 'kept' ? unsettled : await this.#conclude(started.lane, conclusion)
    if (conclusion.kind !== 'sent') this.#free(started)
    this.#finish(started, end)
  }

  /** The next one may start. */
  #free({ lane, free, pass, startedAt }: Started): void {
    const monotonic = this.#clock.monotonic()
    this.#lateness.ended(lane, monotonic - startedAt, { monotonic, underWay: this.#slots.underWay })
    this.#precedence.ended()
    free()
    pass?.over()
    if (monotonic < lane.closedUntil) this.#holdings.putBack(lane)
    this.#queue(lane)
    this.#dispatchSoon()
  }

  #finish({ lane, hand }: Started, end: TaskEnd): void {
    assert(this.#unsettled > 0, 'what ends was started')
    this.#unsettled--
    const monotonic = this.#clock.monotonic()
    const keptPlace = end.kind === 'again' && end.keptPlace
    // A task that kept its key comes again, and is not an old copy then.
    const hasEnded = end.kind !== 'unsettled' && !keptPlace
    this.#holdings.finish(lane, hand, { settled: hasEnded, monotonic })
    if (end.kind === 'again') lane.wakeAt = Math.min(lane.wakeAt, monotonic + end.inMs)
    if (keptPlace) lane.block(end.inMs, monotonic)
    if (lane.limits.ordered) this.#goOnInOrder(lane, monotonic, hasEnded)
    this.#supply.want(lane)
    if (this.#unsettled === 0) this.#drained?.()
    this.#dispatchSoon()
  }

  /** The first task of an ordered lane has ended; or it is to come again, and what follows must not overtake it. */
  #goOnInOrder(lane: HeldLane, monotonic: number, hasEnded: boolean): void {
    if (hasEnded && monotonic >= lane.closedUntil) return this.#queue(lane)
    lane.more = true
    this.#holdings.putBack(lane)
    if (!hasEnded) lane.hold(monotonic + LOOK_AGAIN_MS)
  }

  #settled(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (this.#unsettled === 0) return resolve()
      this.#drained = resolve
      const giveUp = (): void => {
        for (const lane of this.#holdings.lanes.values()) lane.life.abort()
        resolve()
      }
      if (signal.aborted) giveUp()
      else signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** Who takes over a lane with a rate does not know what was sent within the last second. */
  async #cooled(signal: AbortSignal): Promise<void> {
    const isWarm = (lane: HeldLane): boolean => this.#rates.isWarm(lane, this.#clock.monotonic())
    while (!signal.aborted && [...this.#holdings.lanes.values()].some(isWarm)) await sleep(this.#clock, COOL_MS, signal).catch(() => {})
  }
}

/** A task that was started, with what it holds of others' room. */
interface Started extends StartedTask {
  /** Gives its slot back. */
  readonly free: () => void
  /** What its rates count it by. */
  readonly pass: Pass | undefined
  readonly startedAt: number
}
