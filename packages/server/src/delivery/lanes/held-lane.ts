import { afterAttempt, type ApplicationId, type AttemptEffects, type Circuit, type CircuitLimits } from '#domain'
import { Hands, type TaskInHand } from './hands.ts'
import type { Lane, LaneId, LaneUpdate } from '#store'
import { noLimits, type LaneLimits } from './lane-limits.ts'
import type { RateGate } from './rate-gate.ts'

/** At most so many attempts under way to one lane, unless its endpoint says a number; fewer while its receiver is slow. */
export const LANE_IN_FLIGHT_MAX = 32
/** Takeovers without a settle after which a lane may be what kills processes: it gets one attempt at a time. */
const TAKEOVERS_SUSPICIOUS = 3
/** Attempts that are refused together get the same moment, a few milliseconds apart. */
const THROTTLE_NEWS_MS = 1000

/**
 * A lane that this session owns, as memory has it. Only the owner sends for it, so these numbers are exact.
 *
 *   taken (by a claim, or in the commit of a new delivery)
 *     -> open     attempts start while `canStart`
 *     -> closed   nothing starts until `closedUntil`: an open circuit, a Retry-After, a plan's hour that is used up, a paused or disabled endpoint.
 *                 What was not started goes back to the store at once, so a lane that may not send holds no memory.
 *     -> given back when nothing of it is in hand and nothing is due, or soon due: the store knows when it is due next
 *   any -> lost, with the session's life: `life` aborts what is under way
 *
 * An ordered lane has one task under way until its settlement is committed. One that is tried again keeps its key and with it its place,
 * and the lane is closed for as long as it waits; so no successor overtakes it, whoever owns the lane then.
 *
 * All times are monotonic.
 */
export class HeldLane {
  readonly lane: LaneId
  readonly application: ApplicationId
  readonly epoch: number
  /**
   * By delivery: a task is here from the moment it is known until its settlement is committed, so that it is never started twice, and
   * a resend waits for the retry that is in hand: two attempts at once would get the same number.
   */
  readonly hands = new Hands()
  /** Those of them that are not started, in their order. */
  readonly ready: TaskInHand[] = []
  readonly life = new AbortController()
  inFlight = 0
  /** The store may have due tasks that are not in hand. */
  more = false
  /** A release is under way: whose the lane will be is not known yet. */
  releasing = false
  /** What its endpoint allows, as the configuration said at its revision `limitsAt`. */
  limits: LaneLimits = noLimits
  limitsAt = -1
  /** Where it waits for its own rate, if it has one. */
  gate: RateGate<HeldLane> | undefined
  /** Owner after owner died with it: it may be what kills them, so one attempt starts at a time, and is written down first. */
  isSuspicious: boolean
  /** A step of a flow: nobody limits it. */
  readonly isStep: boolean
  /** Its last owner died with it: what that one sent may be at work in the receiver. -Infinity if it was given back in order. */
  readonly takenOverAt: number
  /** When a task that is known to be due later has to be looked for. */
  wakeAt = Infinity
  lookedAt: number
  /** Of an ordered lane, what was settled since it was last looked for in the store: an answer that was read before still has it. */
  readonly settledSinceLook = new Set<string>()
  /** How long an attempt takes, the newest ones counting most. */
  attemptMs = 0
  /** Since when nothing of it was in hand. */
  idleSince: number
  #circuit: Circuit
  #blockedUntil: number
  #throttledUntil = 0
  #heldUntil = 0
  #stop: LaneUpdate['stop'] = null
  #inFlightMax: number

  /** `now` is the clock by which the store wrote the lane's times. */
  constructor(lane: Lane, { monotonic, now }: { monotonic: number; now: number }) {
    this.lane = lane.lane
    this.application = lane.application
    this.epoch = lane.epoch
    this.isStep = lane.lane.includes('/')
    this.takenOverAt = lane.takeovers > 0 ? monotonic : -Infinity
    const open = lane.circuitUntil > 0
    this.#circuit = { failures: lane.failures, circuitUntil: open ? monotonic + Math.max(0, lane.circuitUntil - now) : 0 }
    this.#blockedUntil = monotonic + Math.max(0, lane.blockedUntil - now)
    // A lane that comes out of an open circuit begins with one, and doubles from there.
    this.isSuspicious = lane.takeovers >= TAKEOVERS_SUSPICIOUS
    this.#inFlightMax = open || this.isSuspicious ? 1 : LANE_IN_FLIGHT_MAX
    this.idleSince = this.lookedAt = monotonic
  }

  /** Its circuit has opened and no success has closed it: what is sent now only probes it. */
  get isProbed(): boolean {
    return this.#circuit.circuitUntil > 0
  }

  /** Nothing may start before this. */
  get closedUntil(): number {
    return Math.max(this.#closedInStoreUntil, this.#heldUntil, this.#receiverBusyUntil)
  }

  /** The store knows why it is closed, and until when: it need not be held for that. */
  isClosedInStore(monotonic: number): boolean {
    return monotonic < this.#closedInStoreUntil || this.#heldUntil === Infinity
  }

  /** Requests of an owner that died count as under way for as long as one may take, where their number is limited. */
  get #receiverBusyUntil(): number {
    const { concurrency, ordered, timeoutMs } = this.limits
    return concurrency !== null || ordered ? this.takenOverAt + timeoutMs : -Infinity
  }

  get #closedInStoreUntil(): number {
    return Math.max(this.#circuit.circuitUntil, this.#blockedUntil, this.#throttledUntil)
  }

  /** Whether one more attempt may start. A circuit whose time has come lets one probe through. */
  canStart(monotonic: number): boolean {
    if (this.releasing || monotonic < this.closedUntil) return false
    const { ordered, concurrency } = this.limits
    if (ordered) return this.hands.size === this.ready.length
    return this.inFlight < (this.isProbed ? 1 : Math.min(this.#inFlightMax, concurrency ?? Infinity))
  }

  /** The endpoint may not be sent to, as its configuration says: nothing starts until then. */
  hold(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until)
  }

  /** Its first task is tried again after this long, and nothing before that. The store knows. */
  block(waitMs: number, monotonic: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, monotonic + waitMs)
  }

  /** Its plan's hour has no room before `until`, and the store knows. True if that is news. */
  throttle(until: number): boolean {
    const isNews = this.#throttledUntil < until - THROTTLE_NEWS_MS
    this.#throttledUntil = Math.max(this.#throttledUntil, until)
    return isNews
  }

  /** Takes in what an attempt showed. True if the lane's row in the store has to change. */
  learn(effects: AttemptEffects, bounds: CircuitLimits & { monotonic: number; timedOut: boolean }): 'disable' | 'changed' | 'same' {
    const { monotonic } = bounds
    const before = this.#circuit
    const step = afterAttempt(before, effects.countsAs, monotonic, bounds)
    this.#circuit = step.circuit
    if (effects.laneWaitMs > 0) this.block(effects.laneWaitMs, monotonic)
    this.#adapt(effects, bounds.timedOut)
    if (step.disable || effects.disableEndpoint !== null) return 'disable'
    const same = before.failures === step.circuit.failures && step.circuit.circuitUntil === before.circuitUntil && effects.laneWaitMs === 0
    return same ? 'same' : 'changed'
  }

  /** Doubles with each round of successes, halves with each sign of overload. */
  #adapt(effects: AttemptEffects, timedOut: boolean): void {
    if (effects.slowDown || timedOut) this.#inFlightMax = Math.max(1, this.#inFlightMax >> 1)
    else if (effects.countsAs === 'success' && this.#inFlightMax < (this.limits.concurrency ?? LANE_IN_FLIGHT_MAX)) this.#inFlightMax++
  }

  /** Nothing starts any more. Sent with every update until the store has taken one, because a later update overwrites an earlier one. */
  stop(stop: NonNullable<LaneUpdate['stop']>): void {
    this.#stop ??= stop
    this.#heldUntil = Infinity
  }

  /** Whoever enables the endpoint from now on is not overruled by attempts that were under way. */
  stopped(): void {
    this.#stop = null
  }

  /** The lane's row as it should be now. */
  update(monotonic: number): LaneUpdate {
    const { failures, circuitUntil } = this.#circuit
    return {
      lane: this.lane,
      failures,
      // 0 would close it: while it is probed it stays open.
      circuitInMs: circuitUntil === 0 ? 0 : Math.max(1, Math.ceil(circuitUntil - monotonic)),
      blockedInMs: Math.max(0, Math.ceil(this.#blockedUntil - monotonic)),
      stop: this.#stop,
    }
  }
}
