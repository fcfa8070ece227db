import type { RunId, SessionId } from '#domain'
import type { LaneId } from './lanes.ts'

/** What processes send each other so that nobody need look for it. */
export interface HintStore {
  /**
   * Tells another process that what it may wait for is there; null: all others. Does not wait, and promises nothing: whoever hears nothing
   * looks by itself, every second for work in its lanes, every quarter of one for lanes of nobody, runs of nobody and replies. Group
   * commits announce the work in lanes of others by themselves; `notifyOfWork` of the rest.
   */
  hint(to: SessionId | null, hint: Partial<Hint>): void
  /** Calls `listener` with what is sent to all, and to the session that this process opened last. */
  onHint(listener: (hint: Hint) => void): void
}

export interface Hint {
  /** Lanes in which there is new work, of the session or of nobody. */
  readonly lanes: readonly LaneId[]
  /** Runs whose replies are committed, and whose callers the process holds. */
  readonly replied: readonly RunId[]
  /** There are runs that no session holds. */
  readonly runs: boolean
}
