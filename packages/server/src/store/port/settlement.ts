import type { AttemptId, DeliveryStatus } from '#domain'
import type { StoredAttempt } from '../records/attempt.ts'
import type { LaneId, Task } from './lanes.ts'
import type { AuditEntry } from './mutation.ts'
import type { NewMessage } from './new-work.ts'
import type { HeldRun } from './runs.ts'

export interface Settlement {
  readonly task: Task
  /** Null: no attempt was made (the delivery was refused before sending, or is put back). */
  readonly attempt: NewAttempt | null
  /** Its process died of the attempt, or during it: the takeovers of its lane stay counted. */
  readonly cutOff?: true
  readonly next:
    | {
        readonly kind: 'end'
        readonly status: Extract<DeliveryStatus, 'delivered' | 'failed' | 'cancelled'>
        readonly failure: string | null
      }
    /** Another try after the wait. `retryInSeen` is sticky. */
    | { readonly kind: 'retry'; readonly waitMs: number; readonly retryInSeen: boolean }
    /** Not tried, not counted: look again after the wait (a limit, a pause). */
    | {
        readonly kind: 'wait'
        readonly waitMs: number
        readonly status: Extract<DeliveryStatus, 'waiting' | 'throttled' | 'held'>
        /** Why, to be shown with the delivery until it is tried. Absent: what was shown stands. */
        readonly failure?: string
      }
  /** If the delivery ends and a run is parked on it: what the run reads. JSON. */
  readonly wake: string | null
  /**
   * What the operator is notified of; kept if it is settled. These messages belong to another application, and no version is compared: what
   * they say has happened. Absent: nothing, which costs nothing. Their lanes are taken by nobody here; a claim or their owner finds them.
   */
  readonly operational?: readonly NewMessage[]
}

/** A row of `attempt`; `next_at` is set by the store. */
export type NewAttempt = Omit<StoredAttempt, 'id' | 'next_at'> & { readonly id: AttemptId }

/** What the owner knows of a lane after attempts. Written with the settlements. */
export interface LaneUpdate {
  readonly lane: LaneId
  readonly failures: number
  /** Milliseconds from now; 0 closes the circuit. */
  readonly circuitInMs: number
  readonly blockedInMs: number
  /** The endpoint is paused or disabled with it: the reason goes to the audit log, and the application's version rises. */
  readonly stop: EndpointStop | null
}

export interface EndpointStop {
  readonly state: 'paused' | 'disabled'
  readonly reason: string
  readonly audit: AuditEntry
  /** Kept if the endpoint really changes by it; see `Settlement.operational`. */
  readonly operational?: readonly NewMessage[]
}

export interface SettleResult {
  /** False: the task was not this session's any more; nothing of the settlement was kept. */
  readonly settled: boolean
  /** The run that this woke: it is now held by the session, with this revision. */
  readonly woken: HeldRun | null
  /** The lane is ordered: the task is due as before, and the lane is blocked until it is to be tried again. */
  readonly keptPlace?: true
  /** Why the engine cannot keep the data of this settlement, if it cannot: then it is not settled, and the others of the batch are. */
  readonly refused?: string
}
