import type { ApplicationId, RunId, RunStatus, SessionId } from '#domain'
import type { StoredRequest } from '../records/request.ts'
import type { StoredRun } from '../records/run.ts'
import type { Alongside } from './mutation.ts'

/** Runs that are under way, and what their callers are answered. */
export interface RunStore {
  /** Runs of the session that wait to be run, oldest first, after `after`: those that memory had no room for. */
  heldRuns(session: SessionId, after: RunId | null, most: number): Promise<readonly HeldRun[]>
  /**
   * Gives up to `most` runs whose moment has come to the session, the longest due first: they are `queued`, held by it, and wait for no
   * delivery any more. Call until fewer
   * than `most` come. Costs a look at an index where none is due.
   */
  wakeDueRuns(session: SessionId, most: number): Promise<readonly HeldRun[]>
  /** What running needs to know of each run: its row, and the request that started it. */
  loadRuns(ids: readonly RunId[]): Promise<readonly LoadedRun[]>
  /** Replies of runs for callers that wait on this process while another one runs them. Those without a reply that are not finished are left out. */
  replies(ids: readonly RunId[]): Promise<readonly RunReply[]>
  /**
   * Answers runs in the place of their flows, for callers whose time is over. Of this answer and the flow's own, the one that is committed
   * first is the run's, and the other never was: a run that has a reply or has ended keeps what it has, and is answered as it is. In the order
   * of `answers`; runs that are not there are left out.
   */
  answerRuns(answers: readonly { readonly run: RunId; readonly reply: string }[]): Promise<readonly RunReply[]>
  /** Ends runs and their unsent deliveries. Returns those that it really ended. */
  cancelRuns(ids: readonly RunId[], alongside?: Alongside): Promise<readonly RunId[]>
}

export interface HeldRun {
  readonly run: RunId
  readonly application: ApplicationId
  readonly rev: number
}

export interface LoadedRun {
  readonly run: StoredRun
  readonly request: StoredRequest | null
}

/** What callers of a run are answered; null if it ended without a reply. */
export interface RunReply {
  readonly run: RunId
  readonly status: RunStatus
  readonly reply: string | null
}
