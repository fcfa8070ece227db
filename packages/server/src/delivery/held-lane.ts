import type { ApplicationId } from '#domain'
import type { Lane, LaneId, Task } from '#store'

/** At most so many attempts under way to one lane; lowered while its receiver is slow. */
export const LANE_IN_FLIGHT_MAX = 32
/** Takeovers without a settle after which a lane may be what kills processes: it gets one attempt at a time. */
const TAKEOVERS_SUSPICIOUS = 3

/**
 * A lane that this session owns, as memory has it. Only the owner sends for it, so these numbers are exact.
 *
 *   taken (claim, or born in a commit) → busy ⇄ idle → releasing → gone
 *                                          any → gone, when the session's life is lost
 *
 * A task is in `hands` from the moment it is known until its settlement is committed, so that looking into the store again
 * never starts it twice.
 */
export class HeldLane {
  readonly lane: LaneId
  readonly application: ApplicationId
  readonly epoch: number
  readonly ready: Task[] = []
  readonly hands = new Set<string>()
  failures: number
  inFlight = 0
  /** The store may have due tasks that are not in hands. */
  more = false
  releasing = false
  /** In the scheduler's ring of lanes that could send. */
  queued = false
  /** Monotonic times. */
  closedUntil: number
  idleSince: number
  lookedAt: number
  wakeAt = Infinity
  #inFlightMax: number

  constructor(lane: Lane, times: { monotonic: number; closedForMs: number }) {
    this.lane = lane.lane
    this.application = lane.application
    this.epoch = lane.epoch
    this.failures = lane.failures
    this.closedUntil = times.monotonic + times.closedForMs
    this.idleSince = times.monotonic
    this.lookedAt = times.monotonic
    this.#inFlightMax = lane.takeovers >= TAKEOVERS_SUSPICIOUS ? 1 : LANE_IN_FLIGHT_MAX
  }

  /** Puts a task into hands, unless it is there. */
  add(task: Task): boolean {
    const key = taskKey(task)
    if (this.hands.has(key)) return false
    this.hands.add(key)
    this.ready.push(task)
    return true
  }

  /** How many more attempts may start at `monotonic`. An open circuit lets one probe through when its time has come. */
  room(monotonic: number, probing: boolean): number {
    if (this.releasing || monotonic < this.closedUntil) return 0
    return (probing ? 1 : this.#inFlightMax) - this.inFlight
  }

  /** Additive increase, multiplicative decrease: a receiver that is slow gets fewer attempts at once until it answers again. */
  adapt(slow: boolean): void {
    if (slow) this.#inFlightMax = Math.max(1, this.#inFlightMax >> 1)
    else if (this.#inFlightMax < LANE_IN_FLIGHT_MAX) this.#inFlightMax++
  }

  get idle(): boolean {
    return this.ready.length === 0 && this.hands.size === 0 && !this.more
  }
}

export function taskKey(task: Task): string {
  return task.manual ? `${task.delivery}!` : task.delivery
}
