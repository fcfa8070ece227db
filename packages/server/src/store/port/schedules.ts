import type { ApplicationId, SessionId } from '#domain'
import type { NewRun } from './new-work.ts'
import type { HeldRun } from './runs.ts'

/** Flows that start by themselves. */
export interface ScheduleStore {
  /** Up to `most` whose moment has come by the store's clock, the longest due first. Costs a look at an index where none has. */
  dueSchedules(most: number): Promise<{ readonly now: number; readonly due: readonly DueSchedule[] }>
  /**
   * Moves each schedule from its moment on to the next one, and makes the run of the moment in the same commit; so each moment has one run,
   * whoever tries. Left as they are: those that somebody else moved, whose flow was switched off, or is published in another version.
   * The runs are the session's; a dead session, and one that takes no runs, moves nothing. Returns how many moved, and the runs.
   */
  startScheduled(
    session: SessionId,
    moments: readonly ScheduledMoment[],
  ): Promise<{ readonly moved: number; readonly runs: readonly HeldRun[] }>
}

export interface DueSchedule {
  readonly flow: string
  readonly application: ApplicationId
  /** The version that is published. */
  readonly version: number
  readonly dueAt: number
  /** JSON of the trigger. */
  readonly spec: string
}

export interface ScheduledMoment {
  readonly flow: string
  readonly version: number
  readonly dueAt: number
  /** Null: none comes any more. */
  readonly nextAt: number | null
  /** Null: the moment is passed over. */
  readonly run: NewRun | null
}
