import type { ApplicationId, DeliveryId, SessionId } from '#domain'

/** Who sends for which lane, and what is due in it. */
export interface LaneStore {
  /** Takes up to `lanesMax` unowned, ready lanes that are due, the longest due first, each with its first `tasksMax` due tasks. */
  claim(session: SessionId, lanesMax: number, tasksMax: number): Promise<Claim>
  /** The first `tasksMax` due tasks of lanes that the session owns and that are ready. Includes those already in its hands: the caller leaves them out by id. */
  refill(session: SessionId, wanted: readonly { readonly lane: LaneId; readonly tasksMax: number }[]): Promise<readonly Task[]>
  /** Gives lanes back and computes when each is due next. Those that could not be locked stay owned: they are left out of the answer. */
  release(session: SessionId, lanes: readonly LaneId[]): Promise<readonly LaneId[]>
  /**
   * Counts first attempts against the hour of their applications' plans, exactly over all processes, in the order in which they are given.
   * What is granted must begin within `limits.reservedMs`. A lane of the session that is refused waits: nobody claims it, whatever its
   * tasks, until there is room again or the limit changes. Applications without an hourly limit are granted all.
   */
  reserve(session: SessionId, wanted: readonly FirstAttempt[]): Promise<readonly ReserveResult[]>
  /**
   * Writes down that an attempt of this task begins: its delivery is `sending` until it is settled. To be asked where one owner of a lane
   * after the other died, so that the next one knows which delivery they died of. False: the task is not there for this session any more.
   */
  begin(session: SessionId, task: Task): Promise<boolean>
}

/** `<endpoint id>`, or `<flow id>/<step id>`. */
export type LaneId = string

export interface Lane {
  readonly lane: LaneId
  readonly application: ApplicationId
  readonly epoch: number
  /** Consecutive failed attempts; only the owner changes it. */
  readonly failures: number
  readonly circuitUntil: number
  readonly blockedUntil: number
  readonly takeovers: number
}

export interface Task {
  readonly lane: LaneId
  readonly due: number
  readonly delivery: DeliveryId
  readonly manual: boolean
}

export interface Claim {
  readonly lanes: readonly Lane[]
  readonly tasks: readonly Task[]
  /** Milliseconds until the next unowned ready lane is due; Infinity if none is. */
  readonly nextInMs: number
  /** The store's clock. */
  readonly now: number
}

export interface FirstAttempt {
  readonly application: ApplicationId
  readonly lane: LaneId
}

export type ReserveResult =
  | { readonly kind: 'granted' }
  /** Until then the hour has no room. */
  | { readonly kind: 'refused'; readonly againInMs: number }
