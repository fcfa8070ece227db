import type { DeliveryId, RunId, RunStatus } from '#domain'
import type { MadeFrom } from './made-from.ts'
import type { NewDelivery, NewMessage, NewRun } from './new-work.ts'

/**
 * In place of a delivery: the run waits for several of its own, beside each other. The end of each is a line of its `wake` (`wakeLine`), also
 * while the run is under way, and stays there until a commit has `heard` it. So none is lost, however the two meet.
 */
export const EACH = '*'

/** No JSON has a line feed of its own. */
export const wakeLine = (delivery: string, wake: string | null): string => `${delivery} ${wake ?? ''}\n`

export interface RunCommit {
  readonly run: RunId
  /** The revision that the run was loaded or committed with; each commit raises it by one. */
  readonly rev: number
  readonly application: MadeFrom
  /** `running`: a segment ended, more follow. `waiting`: parked on `parkedOn`, or for `waitMs`, or for whichever of both is first. Terminal ones end it. */
  readonly status: Extract<RunStatus, 'running' | 'waiting' | 'ok' | 'ko' | 'cancelled'>
  readonly parkedOn: DeliveryId | typeof EACH | null
  /** With `EACH`: so many characters (code points) of `wake` are done with, and the rest stays. Absent: all of it. */
  readonly heard?: number | undefined
  /** From the commit on, by the store's clock, which may show another time than ours: then `wakeDueRuns` gives it to whoever asks. */
  readonly waitMs: number | null
  readonly finishedAt: number | null
  readonly errorCode: string | null
  readonly reply: string | null
  readonly state: string | null
  readonly steps: string
  readonly faults: string
  readonly meta: string
  /** emit_event. */
  readonly messages: readonly NewMessage[]
  /** Of flows that those events start. Held by the committing session from the beginning, as with `accept`. */
  readonly runs: readonly NewRun[]
  /** send_webhook. */
  readonly deliveries: readonly NewDelivery[]
  /** Deliveries of its own that it waits for no more: those that have not ended are cancelled with the commit, and the run hears nothing of it. Absent: none. */
  readonly givenUp?: readonly DeliveryId[]
  /** Kept if the commit is; see `Settlement.operational`. The session may send them at once, as the others. */
  readonly operational?: readonly NewMessage[]
  /** The answer was 500 or more: the key is free again, so that a copy of the request starts a new run. */
  readonly reopen: { readonly scope: string; readonly key: string; readonly ref: string } | null
}

export type RunCommitResult =
  /** `goesOn`: it was to wait, but more has ended than it had heard of. It is `running` still: read it anew. */
  | { readonly kind: 'committed'; readonly rev: number; readonly goesOn?: boolean }
  /** Another process has the run, or it was cancelled: drop it. */
  | { readonly kind: 'lost' }
  /** It brings a reply, and the run has one: its caller was answered meanwhile (`answerRuns`). Nothing was kept; run the segment again, knowing that. */
  | { readonly kind: 'answered' }
  /** The configuration changed, so messages must be matched again. Without messages a commit is never stale. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly detail: string }
