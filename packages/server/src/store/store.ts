import {
  AppError,
  type ApplicationId,
  type AttemptId,
  type AuditId,
  type DeliveryId,
  type DeliveryStatus,
  type EndpointId,
  type MessageId,
  type ReplayId,
  type RequestId,
  type RunId,
  type RunStatus,
  type SessionId,
} from '#domain'
import type { ApplicationSnapshot } from './application-snapshot.ts'
import type { Logs } from './logs.ts'
import type { Queries } from './queries/create-queries.ts'
import type { StoredAttempt } from './records/attempt.ts'
import type { StoredDelivery } from './records/delivery.ts'
import type { LaneState } from './records/lane.ts'
import type { StoredRequest } from './records/request.ts'
import type { StoredRun } from './records/run.ts'
import type { Statements } from './statements/create-statements.ts'

/**
 * The port to the store: what the rooms may ask of it, and what they may rely on. SQLite and PostgreSQL keep it, a model in
 * memory says what it means, and one suite (`packages/server/test/store/conformance`) holds all three to it.
 *
 * The hot path has batch operations only. Each is one transaction, durable (synced) when its promise resolves, all or nothing;
 * results come in the order of the operations. A rejected promise means that nothing of the batch was kept, except with
 * `CommitUnknownError`: then look up by id. No transaction leaves this port.
 */
export interface Store {
  readonly engine: 'sqlite' | 'postgres' | 'memory'

  /** Reads of the logs. Each sees every commit that was acknowledged before, as all reads do. */
  readonly logs: Logs
  /** Reads of configuration and live work. */
  readonly queries: Queries
  /** Makes what `mutate` is given. */
  readonly statements: Statements
  /** Writes of management: every statement or none, with the audit rows, behind the application's version. */
  mutate(mutation: Mutation): Promise<MutationResult>
  /** Calls `listener` after each local change of an application's configuration (null: of the organisation's). */
  onChange(listener: (application: ApplicationId | null) => void): void
  /** The version of each application that changed since `since` (a value returned earlier; 0 at first), for caches of other processes. */
  changes(since: number): Promise<{ readonly until: number; readonly applications: readonly ApplicationId[] }>

  /** Begins a process's life in the store, which takes all work unless it is said. */
  openSession(id: SessionId, takes?: SessionTakes): Promise<void>
  /** Renews all that the session owns; also tells the beats of the others. `alive: false`: this session was reaped, and may do nothing more. */
  beat(id: SessionId): Promise<{ readonly alive: boolean; readonly now: number; readonly peers: readonly PeerBeat[] }>
  /** Marks a peer dead whose beat still is `seen`. From then on it settles and commits nothing. False: it has beaten, or is dead already. */
  reap(dead: SessionId, seen: number): Promise<boolean>
  /** Ends the caller's own session in order: as `reap`, whatever its beat. Its lanes and runs are then freed and adopted like a dead one's. */
  closeSession(id: SessionId): Promise<void>
  /** Frees up to `most` lanes of a dead session, epoch + 1, takeovers + 1. Returns how many; call until 0. A session that is alive keeps its lanes: 0. */
  freeLanes(dead: SessionId, most: number): Promise<number>
  /** Gives up to `most` unfinished runs of dead sessions, and those of `NOBODY`, to `session` if it takes runs. Call until fewer than `most` come. */
  adoptRuns(session: SessionId, most: number): Promise<readonly HeldRun[]>

  /**
   * 1. What came in: requests with their runs, messages with their deliveries, jobs. An unowned, ready lane whose circuit is closed, that
   * is not blocked, and where nothing is due earlier, is taken in the same commit. Not fenced: what a caller was told is kept, but a dead
   * session takes no lane, and others adopt its runs.
   */
  accept(session: SessionId, operations: readonly AcceptOperation[]): Promise<CommitResult<AcceptResult>>
  /**
   * The same for operations that turned out stale: each is made inside the commit, from the configuration as it is then, which nothing can
   * change before the commit is over. So none is stale again. One that is not made (`null`) is told as `stale`, and nothing of it is kept.
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
  /** What sending needs to know of each delivery. Unknown ones are left out. */
  loadDeliveries(ids: readonly DeliveryId[]): Promise<readonly LoadedDelivery[]>

  /** Runs of the session that wait to be run, oldest first, after `after`: those that memory had no room for. */
  heldRuns(session: SessionId, after: RunId | null, most: number): Promise<readonly HeldRun[]>
  /** What running needs to know of each run: its row, and the request that started it. */
  loadRuns(ids: readonly RunId[]): Promise<readonly LoadedRun[]>
  /** Replies of runs for callers that wait on this process while another one runs them. Those without a reply that are not finished are left out. */
  replies(ids: readonly RunId[]): Promise<readonly RunReply[]>
  /**
   * Answers runs in the place of their flows, for callers whose time is over. Of this answer and the flow's own, the one that is committed
   * first is the run's, and the other never was: a run that has a reply or has ended keeps what it has, and is told as it is. In the order
   * of `answers`; runs that are not there are left out.
   */
  answerRuns(answers: readonly { readonly run: RunId; readonly reply: string }[]): Promise<readonly RunReply[]>
  /**
   * Tells another process that what it may wait for is there; null: all others. Does not wait, and promises nothing: whoever hears nothing
   * looks by itself, every second for work in its lanes, every quarter of one for lanes of nobody, runs of nobody and replies. Group
   * commits tell of the work in lanes of others by themselves; `notifyOfWork` of the rest.
   */
  hint(to: SessionId | null, hint: Partial<Hint>): void
  /** Calls `listener` with what is told to all, and to the session that this process opened last. */
  onHint(listener: (hint: Hint) => void): void
  /** Ends runs and their unsent deliveries. Returns those that it really ended. */
  cancelRuns(ids: readonly RunId[]): Promise<readonly RunId[]>
  /**
   * Ends deliveries that are not terminal, removes their tasks. Returns those that it really ended. A run parked on one of them is queued
   * for whoever adopts it next (`holder` is `NOBODY`), and reads `wake`.
   */
  cancelDeliveries(ids: readonly DeliveryId[], wake?: string | null): Promise<readonly DeliveryId[]>
  /** Puts one manual attempt of each delivery at the tail of its lane; a terminal one is `waiting` again. Returns those it did; a disabled or removed lane refuses. */
  resend(ids: readonly DeliveryId[]): Promise<readonly DeliveryId[]>

  /**
   * One step of a replay: queues what was found, and remembers how far it came, in one commit; so each is queued at most once, whichever
   * process takes the step and however often one dies. Lanes that are disabled or removed refuse.
   */
  advanceReplay(step: ReplayStep): Promise<ReplayStepResult>

  /**
   * Removes up to `most` rows of each kind that are older than its time and not live, and payloads whose own time is over, live or not.
   * Returns how many went; call until 0.
   */
  retain(before: RetentionBefore, most: number): Promise<number>

  /**
   * Writes and reads back, for the health check; so many bytes, where a small write would show too little. Milliseconds of the oldest due
   * task that nobody took: 0 if none.
   */
  health(roomBytes?: number): Promise<{ readonly oldestDueMs: number }>
  close(): Promise<void>
}

/** What callers of a run are answered; null if it ended without a reply. */
export interface RunReply {
  readonly run: RunId
  readonly status: RunStatus
  readonly reply: string | null
}

/** `<endpoint id>`, or `<flow id>/<step id>`. */
export type LaneId = string

export interface Hint {
  /** Lanes in which there is new work, of the session or of nobody. */
  readonly lanes: readonly LaneId[]
  /** Runs whose replies are committed, and whose callers the process holds. */
  readonly replied: readonly RunId[]
  /** There are runs that no session holds. */
  readonly runs: boolean
}

// ---- management

/** A write, in the SQL of its engine. */
export interface Statement {
  readonly query: { readonly sql: string; readonly parameters: readonly unknown[] }
  /** How many rows it must touch, else all of its mutation is undone and the answer is `changed`. */
  readonly rows?: number
}

export interface Mutation {
  /** Made by `statements`. */
  readonly statements: readonly Statement[]
  /** Whose configuration changes: the version the caller read is compared and raised. Null: the organisation's (event types, keys, applications). */
  readonly application: { readonly id: ApplicationId; readonly version: number } | null
  /** Parts of the configuration that it changes, whose versions rise too; absent: all. */
  readonly touches?: readonly ConfigurationPart[]
  /** Lanes that begin or change with it; the engine keeps them, so no statement may write the table `lane`. */
  readonly lanes?: readonly LaneChange[]
  /**
   * Whose limits change with it: the application, which gets another plan; or all of this plan, and their versions rise. Lanes that wait
   * for their plan's hour ask again at once.
   */
  readonly limits?: { readonly application: ApplicationId } | { readonly plan: string }
  readonly audit: readonly AuditEntry[]
  /** Kept if the mutation is; see `Settlement.operational`. */
  readonly operational?: readonly NewMessage[]
}

export type LaneChange =
  | {
      readonly kind: 'create'
      readonly lane: LaneId
      readonly application: ApplicationId
      readonly state: LaneState
      readonly ordered?: boolean
    }
  | { readonly kind: 'state'; readonly lane: LaneId; readonly state: LaneState; readonly resetFailures: boolean } // also closes the circuit
  /**
   * Whether its tasks keep their order. Turned on, what waits for another try goes back to its place among the others; turned off, what the
   * lane waited for waits alone.
   */
  | { readonly kind: 'order'; readonly lane: LaneId; readonly ordered: boolean }

export type MutationResult =
  | { readonly kind: 'done' }
  /** A unique index refused it. */
  | { readonly kind: 'conflict' }
  /** The version, or the rows of a statement, were not as expected: read again and retry. */
  | { readonly kind: 'changed' }

export interface AuditEntry {
  readonly id: AuditId
  readonly at: number
  readonly application: ApplicationId | null
  readonly actor: string
  readonly action: string
  readonly target: string
  readonly before: string | null
  readonly after: string | null
  readonly ip: string | null
}

// ---- sessions and lanes

/**
 * Which work falls to a session by itself. A process without the rooms for it would hold what nobody else may touch: then lanes stay
 * unowned, and runs that it accepts or wakes are held by `NOBODY`, until a session that takes them asks.
 */
export interface SessionTakes {
  readonly lanes: boolean
  readonly runs: boolean
}

export const TAKES_ALL: SessionTakes = { lanes: true, runs: true }

export interface PeerBeat {
  readonly id: SessionId
  readonly beat: number
  /** It is alive and takes lanes. */
  readonly sends: boolean
}

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

/** What is read of a configuration: by requests its listeners, flows and secrets, by messages its endpoints and flows. */
export type ConfigurationPart = (typeof configurationParts)[number]
export const configurationParts = ['inbound', 'outbound'] as const

/** The configuration that an operation was made from. With `part` nothing else of it was read, and `version` is that part's. */
export interface MadeFrom {
  readonly id: ApplicationId
  readonly version: number
  readonly part?: ConfigurationPart
}

// ---- 1. accept

export interface AcceptOperation {
  /** Null only for a rejected request. A version that is not the application's any more makes the operation `stale`. */
  readonly application: MadeFrom | null
  /** Keys that must be new, or have expired. The first that is taken makes the operation a `duplicate`. */
  readonly dedups: readonly Dedup[]
  readonly request: NewRequest | null
  /** Held by the accepting session from the beginning: it runs them at once. */
  readonly runs: readonly NewRun[]
  readonly messages: readonly NewMessage[]
}

export interface Dedup {
  readonly scope: string
  readonly key: string
  readonly ref: string
  readonly keepMs: number
}

/** A row of `request`; as a duplicate it is stored without runs (`run_ids` empty), with `status` duplicate and `duplicate_of` set by the store. */
export type NewRequest = Omit<StoredRequest, 'id' | 'duplicate_of'> & { readonly id: RequestId }

/** With `answer_by` a caller waits for the reply on the process that accepts it. */
export type NewRun = Pick<
  StoredRun,
  'application_id' | 'flow_id' | 'version' | 'trigger' | 'request_id' | 'key' | 'created_at' | 'input' | 'meta' | 'answer_by'
> & {
  readonly id: RunId
  /** It came to its end before it was kept, so nobody holds it: one commit where there would be two. */
  readonly ended?: EndedRun
}

/** What a run that ended well, and did nothing but answer, leaves: columns of `run`. `reply` is what its caller hears after the commit. */
export type EndedRun = Pick<StoredRun, 'steps' | 'faults' | 'meta'> & { readonly finished_at: number; readonly reply: string }

export interface NewMessage {
  readonly id: MessageId
  readonly application_id: ApplicationId
  readonly event_id: string | null
  readonly event_type: string
  readonly channels: string | null
  readonly tags: string | null
  readonly run_id: RunId | null
  readonly created_at: number
  /** Absent: the payload is kept as long as the message. */
  readonly payload_until?: number | null
  readonly payload: Uint8Array
  readonly deliveries: readonly NewDelivery[]
  /** Lanes of disabled endpoints that would have had it: counted, not queued. */
  readonly skipped: readonly LaneId[]
}

export interface NewDelivery {
  readonly id: DeliveryId
  readonly lane: LaneId
  readonly endpoint_id: EndpointId | null
  readonly step_id: string | null
  readonly event_type: string
  readonly created_at: number
  readonly request: string | null
  readonly body: Uint8Array | null
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

export type AcceptResult =
  | { readonly kind: 'accepted' }
  /** `scope` and `ref` of the key that was taken. */
  | { readonly kind: 'duplicate'; readonly scope: string; readonly ref: string }
  | { readonly kind: 'stale' }
  /** The engine cannot keep this operation's data; the others of the batch were kept. */
  | { readonly kind: 'refused'; readonly detail: string }

// ---- 2. run

export interface RunCommit {
  readonly run: RunId
  /** The revision that the run was loaded or committed with; each commit raises it by one. */
  readonly rev: number
  readonly application: MadeFrom
  /** `running`: a segment ended, more follow. `waiting`: parked on `parkedOn`. Terminal ones end it. */
  readonly status: Extract<RunStatus, 'running' | 'waiting' | 'ok' | 'ko' | 'cancelled'>
  readonly parkedOn: DeliveryId | null
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

export interface HeldRun {
  readonly run: RunId
  readonly application: ApplicationId
  readonly rev: number
}

export interface LoadedRun {
  readonly run: StoredRun
  readonly request: StoredRequest | null
}

// ---- 3. settle

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
   * What the operator is told of it; kept if it is settled. These messages belong to another application, and no version is compared: what
   * they tell has happened. Absent: nothing, which costs nothing. Their lanes are taken by nobody here; a claim or their owner finds them.
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

/** The delivery's row with what is sent. `payload` is the message's, or the step's body; null if it was expunged. */
export interface LoadedDelivery {
  readonly delivery: Omit<StoredDelivery, 'body'>
  readonly eventId: string | null
  readonly payload: Uint8Array | null
}

// ---- replays

export interface ReplayStep {
  readonly replay: ReplayId
  /** As it was read: another revision, and the step is lost. */
  readonly rev: number
  /** The last id that was looked at. */
  readonly place: string
  /** Deliveries that get one manual attempt, as with `resend`. */
  readonly resend: readonly DeliveryId[]
  /** Deliveries that were never made. One whose message has a delivery to that endpoint by now is left out. */
  readonly create: readonly MissingDelivery[]
  /** Found, and not to be sent: their payload is gone. */
  readonly skipped: number
  /** Nobody takes the next step before. */
  readonly waitMs: number
  /** It looked at everything, or cannot go on for this reason. */
  readonly end: { readonly status: 'done' } | { readonly status: 'failed'; readonly failure: string } | null
}

export type MissingDelivery = Pick<NewDelivery, 'id' | 'event_type' | 'created_at'> & {
  readonly endpoint_id: EndpointId
  readonly message_id: MessageId
}

export type ReplayStepResult =
  | { readonly kind: 'advanced'; readonly queued: number }
  /** Somebody else took this step, it is not due yet, or it was cancelled. */
  | { readonly kind: 'lost' }

/** Wall times; rows made before them go. Null keeps all. At `now` goes what was given an end of its own: keys, payloads of messages. */
export interface RetentionBefore {
  readonly requests: number | null
  readonly runs: number | null
  readonly messages: number | null
  readonly deliveries: number | null
  readonly audit: number | null
  readonly now: number
}

/**
 * The connection broke after COMMIT was sent: it may have been kept. Look up by the ids before trying again. Lanes that it took are told
 * by a later claim.
 */
export class CommitUnknownError extends AppError {
  constructor(cause: unknown) {
    super('store_unavailable', { detail: 'The answer of the store was lost, so it is unknown whether this was kept.', cause })
    this.name = 'CommitUnknownError'
  }
}
