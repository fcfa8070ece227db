import type { ApplicationId, SessionId } from '#domain'
import type { ApplicationSnapshot } from '../application-snapshot.ts'
import type { AcceptOperation, AcceptResult } from './accept.ts'
import type { Lane, Task } from './lanes.ts'
import type { RunCommit, RunCommitResult } from './run-commit.ts'
import type { LaneUpdate, SettleResult, Settlement } from './settlement.ts'

/** The hot path: the three group commits of an event's path. */
export interface CommitStore {
  /**
   * 1. What came in: requests with their runs, messages with their deliveries, jobs. An unowned, ready lane whose circuit is closed, that
   * is not blocked, and where nothing is due earlier, is taken in the same commit. Not fenced: what a caller heard is kept, but a dead
   * session takes no lane, and others adopt its runs.
   */
  accept(session: SessionId, operations: readonly AcceptOperation[]): Promise<CommitResult<AcceptResult>>
  /**
   * The same for operations that turned out stale: each is made inside the commit, from the configuration as it is then, which nothing can
   * change before the commit is over. So none is stale again. One that is not made (`null`) is answered `stale`, and nothing of it is kept.
   */
  acceptAnew(session: SessionId, operations: readonly Anew<AcceptOperation>[]): Promise<CommitResult<AcceptResult>>
  /** 2. What runs did: their records, and the effects that go with them. Fenced by the session and by `rev`. */
  commitRuns(session: SessionId, commits: readonly RunCommit[]): Promise<CommitResult<RunCommitResult>>
  /** The same for commits that turned out stale, as with `acceptAnew`. */
  commitRunsAnew(session: SessionId, commits: readonly Anew<RunCommit>[]): Promise<CommitResult<RunCommitResult>>
  /**
   * 3. What became of attempts. Fenced by the session and by the task's exact key. In an ordered lane, what is tried again or has to wait
   * keeps its key, and the lane is blocked for as long: until it ends, nobody is given the lane to send what comes after it.
   */
  settle(session: SessionId, settlements: readonly Settlement[], lanes: readonly LaneUpdate[]): Promise<readonly SettleResult[]>
}

export interface CommitResult<Result> {
  readonly results: readonly Result[]
  /**
   * Lanes that this session owns and may send for at once: the tasks of the batch that were created in them. A lane in `lanes` was taken in
   * this commit; tasks of lanes that the session held before come too. Other tasks wait for their owner.
   */
  readonly lanes: readonly Lane[]
  readonly tasks: readonly Task[]
}

/** What is made inside its commit. */
export interface Anew<Operation> {
  readonly application: ApplicationId
  /** What the caller has at hand; read anew if it is not the application's present configuration. */
  readonly snapshot: ApplicationSnapshot
  /**
   * Undefined: the application is gone. Called while others wait for the commit, so it does nothing but make, and to the store it never
   * throws (the committer keeps what a caller's throws, and rejects with it); called again where the commit has to be repeated, so the last
   * one counts. What it makes carries the version of the snapshot.
   */
  make(snapshot: ApplicationSnapshot | undefined): Operation | null
}
