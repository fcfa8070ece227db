import type { DeliveryId, RunId, RunStatus } from '#domain'
import type { MadeFrom } from './made-from.ts'
import type { NewDelivery, NewMessage, NewRun } from './new-work.ts'

export interface RunCommit {
  readonly run: RunId
  /** The revision that the run was loaded or committed with; each commit raises it by one. */
  readonly rev: number
  readonly application: MadeFrom
  /** `running`: a segment ended, more follow. `waiting`: parked on `parkedOn`, or until `dueAt`, or for whichever of both is first. Terminal ones end it. */
  readonly status: Extract<RunStatus, 'running' | 'waiting' | 'ok' | 'ko' | 'cancelled'>
  readonly parkedOn: DeliveryId | null
  /** By the store's clock: from then on `wakeDueRuns` gives it to whoever asks. */
  readonly dueAt: number | null
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
  /** Kept if the commit is; see `Settlement.operational`. The session may send them at once, as the others. */
  readonly operational?: readonly NewMessage[]
  /** The answer was 500 or more: the key is free again, so that a copy of the request starts a new run. */
  readonly reopen: { readonly scope: string; readonly key: string; readonly ref: string } | null
}

export type RunCommitResult =
  | { readonly kind: 'committed'; readonly rev: number }
  /** Another process has the run, or it was cancelled: drop it. */
  | { readonly kind: 'lost' }
  /** It brings a reply, and the run has one: its caller was answered meanwhile (`answerRuns`). Nothing was kept; run the segment again, knowing that. */
  | { readonly kind: 'answered' }
  /** The configuration changed, so messages must be matched again. Without messages a commit is never stale. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly detail: string }
