/** The largest time: nothing is due. Fits a 53-bit integer, so that both engines return it exactly. */
export const NEVER = Number.MAX_SAFE_INTEGER

export const laneStates = { ready: 0, paused: 1, disabled: 2, removed: 3 } as const

export type LaneState = (typeof laneStates)[keyof typeof laneStates]

/** `lane` is the endpoint's id, or `<flow id>/<step id>`. `next_due` is `NEVER` when nothing is known to be due or it is owned. */
export interface StoredLane {
  lane: string
  application_id: string
  state: number // laneStates
  next_due: number
  circuit_until: number
  blocked_until: number
  blocked_for: string | null // the delivery whose next try it waits for, in an ordered lane; null: the receiver asked for the wait
  throttled_until: number // it waits for its plan's hour
  ordered: number // its tasks are sent one after the other
  owner: string | null
  epoch: number
  failures: number // consecutive failed attempts
  skipped: number // events that came while it was disabled
  takeovers: number // since its last settle
}

/** Only live work. */
export interface StoredTask {
  lane: string
  due: number
  delivery: string
  manual: number
}
