import { afterAttempt, type ApplicationId, type AttemptEffects, type Circuit, type CircuitLimits, type DeliveryId } from '#domain'
import type { Lane, LaneId, LaneUpdate, LoadedDelivery, Task } from '#store'

/** At most so many attempts under way to one lane; fewer while its receiver is slow. */
export const LANE_IN_FLIGHT_MAX = 32
/** Takeovers without a settle after which a lane may be what kills processes: it gets one attempt at a time. */
const TAKEOVERS_SUSPICIOUS = 3

/** A task that memory knows: it waits to be sent, or is under way until its settlement is committed. */
export interface TaskInHand {
  readonly task: Task
  /** What is sent, if it was at hand when the task came. */
  readonly content: LoadedDelivery | undefined
}

/**
 * A lane that this session owns, as memory has it. Only the owner sends for it, so these numbers are exact.
 *
 *   taken (by a claim, or in the commit of a new delivery)
 *     -> open     attempts start while `canStart`
 *     -> closed   nothing starts until `closedUntil`: an open circuit, a Retry-After, a paused or disabled endpoint.
 *                 What was not started goes back to the store at once, so a lane that may not send holds no memory.
 *     -> given back when nothing of it is in hand and nothing is due, or soon due: the store knows when it is due next
 *   any -> lost, with the session's life: `life` aborts what is under way
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
  readonly hands = new Map<DeliveryId, TaskInHand>()
  /** Those of them that are not started, in their order. */
  readonly ready: TaskInHand[] = []
  readonly life = new AbortController()
  inFlight = 0
  /** The store may have due tasks that are not in hand. */
  more = false
  /** A release is under way: whose the lane will be is not known yet. */
  releasing = false
  /** When a task that is known to be due later has to be looked for. */
  wakeAt = Infinity
  lookedAt: number
  /** Since when nothing of it was in hand. */
  idleSince: number
  #circuit: Circuit
  #blockedUntil: number
  #heldUntil = 0
  #disable: LaneUpdate['disable'] = null
  #inFlightMax: number

  /** `now` is the clock by which the store wrote the lane's times. */
  constructor(lane: Lane, { monotonic, now }: { monotonic: number; now: number }) {
    this.lane = lane.lane
    this.application = lane.application
    this.epoch = lane.epoch
    const open = lane.circuitUntil > 0
    this.#circuit = { failures: lane.failures, circuitUntil: open ? monotonic + Math.max(0, lane.circuitUntil - now) : 0 }
    this.#blockedUntil = monotonic + Math.max(0, lane.blockedUntil - now)
    // A lane that comes out of an open circuit begins with one, and doubles from there.
    this.#inFlightMax = open || lane.takeovers >= TAKEOVERS_SUSPICIOUS ? 1 : LANE_IN_FLIGHT_MAX
    this.idleSince = this.lookedAt = monotonic
  }

  /** Its circuit has opened and no success has closed it: what is sent now only probes it. */
  get isProbed(): boolean {
    return this.#circuit.circuitUntil > 0
  }

  /** Nothing may start before this. */
  get closedUntil(): number {
    return Math.max(this.#closedInStoreUntil, this.#heldUntil)
  }

  /** The store knows why it is closed, and until when: it need not be held for that. */
  isClosedInStore(monotonic: number): boolean {
    return monotonic < this.#closedInStoreUntil || this.#heldUntil === Infinity
  }

  get #closedInStoreUntil(): number {
    return Math.max(this.#circuit.circuitUntil, this.#blockedUntil)
  }

  /** Whether one more attempt may start. A circuit whose time has come lets one probe through. */
  canStart(monotonic: number): boolean {
    if (this.releasing || monotonic < this.closedUntil) return false
    return this.inFlight < (this.isProbed ? 1 : this.#inFlightMax)
  }

  /** The endpoint may not be sent to, as far as its configuration tells: nothing starts until then. */
  hold(until: number): void {
    this.#heldUntil = until
  }

  /** Takes in what an attempt showed. True if the lane's row in the store has to change. */
  learn(effects: AttemptEffects, bounds: CircuitLimits & { monotonic: number; timedOut: boolean }): 'disable' | 'changed' | 'same' {
    const { monotonic } = bounds
    const before = this.#circuit
    const step = afterAttempt(before, effects.countsAs, monotonic, bounds)
    this.#circuit = step.circuit
    if (effects.laneWaitMs > 0) this.#blockedUntil = Math.max(this.#blockedUntil, monotonic + effects.laneWaitMs)
    this.#adapt(effects, bounds.timedOut)
    if (step.disable || effects.disableEndpoint !== null) return 'disable'
    const same = before.failures === step.circuit.failures && step.circuit.circuitUntil === before.circuitUntil && effects.laneWaitMs === 0
    return same ? 'same' : 'changed'
  }

  /** Doubles with each round of successes, halves with each sign of overload. */
  #adapt(effects: AttemptEffects, timedOut: boolean): void {
    if (effects.slowDown || timedOut) this.#inFlightMax = Math.max(1, this.#inFlightMax >> 1)
    else if (effects.countsAs === 'success' && this.#inFlightMax < LANE_IN_FLIGHT_MAX) this.#inFlightMax++
  }

  /** Nothing starts any more. Told with every update until the store has taken one, because a later update overwrites an earlier one. */
  disable(disable: NonNullable<LaneUpdate['disable']>): void {
    this.#disable ??= disable
    this.#heldUntil = Infinity
  }

  /** Whoever enables the endpoint from now on is not overruled by attempts that were under way. */
  disabled(): void {
    this.#disable = null
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
      disable: this.#disable,
    }
  }
}
