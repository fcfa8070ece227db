import type { ApplicationId, SessionId } from '#domain'
import { Batcher, noFailpoint, type WakeUps, type Clock, type Failpoint } from '#platform'
import {
  newRunRow,
  requestRow,
  type AcceptOperation,
  type AcceptResult,
  type Anew,
  type CommitResult,
  type CommitStore,
  type HeldRun,
  type LaneUpdate,
  type NewDelivery,
  type NewMessage,
  type NewRun,
  type RunCommit,
  type RunCommitResult,
  type Settlement,
  type SettleResult,
} from '#store'
import { deliveryWork, type StepDelivery, type Topics } from './topics.ts'

/**
 * The three group commits of an event's path. Rooms hand in single operations; what arrives together shares one transaction
 * and one sync. After each commit the wake-up tells the next room what this session may start at once.
 *
 * Every queue is bounded: `accept` rejects with `overloaded` (a caller hears 503 and nothing was stored), while runs and
 * settlements are bounded by what their rooms have under way.
 */
export interface Committer {
  accept(operation: AcceptOperation): Promise<AcceptResult>
  /**
   * After `stale`: made inside the commit, so that it is not stale again however often the configuration changes; where nothing is made the
   * result is `stale`. An error of `make` rejects.
   */
  acceptAnew(operation: Anew<AcceptOperation>): Promise<AcceptResult>
  commitRun(commit: RunCommit): Promise<RunCommitResult>
  commitRunAnew(commit: Anew<RunCommit>): Promise<RunCommitResult>
  settle(settlement: Settlement, lane: LaneUpdate | null): Promise<SettleResult>
  /** Takes nothing new, and resolves when all that was taken is committed. */
  close(): Promise<void>
}

export interface CommitterOptions {
  readonly store: CommitStore
  /** Its id changes when a life is lost: what was committed under an earlier one wakes nobody. */
  readonly session: { readonly id: SessionId }
  readonly wakeUps: WakeUps<Topics>
  readonly clock: Clock
  /** Batches of one kind under way at the same time: 1 on SQLite (one writer), a few connections on PostgreSQL. */
  readonly concurrency: number
  /** How many accepted operations may wait for a commit before callers hear 503. */
  readonly acceptQueueMax?: number
  readonly failpoint?: Failpoint
}

/** A batch is at most so many operations, and so many rows; so many bytes of bodies and payloads count as a row, which makes 32 MiB in all. */
const OPERATIONS_MAX = 256
const ROWS_MAX = 2000
const BYTES_A_ROW = 16 * 1024
const LINGER_MS = 2
const QUEUE_MAX = 8192
/** Of those that are made inside their commit: changes of the configuration wait for it, and nobody can weigh what is not made yet. */
const ANEW_MAX = 8

export function createCommitter(options: CommitterOptions): Committer {
  const { store, session, wakeUps, clock, concurrency, failpoint = noFailpoint } = options
  const shape = { clock, concurrency, itemsMax: OPERATIONS_MAX, weightMax: ROWS_MAX, lingerMs: LINGER_MS }

  const accepts = new Batcher<AcceptOperation, AcceptResult>({
    ...shape,
    capacity: options.acceptQueueMax ?? QUEUE_MAX,
    weigh: acceptRows,
    async run(operations) {
      const life = session.id
      failpoint('accept.before_commit')
      const commit = await store.accept(life, operations)
      failpoint('accept.after_commit')
      ringAccepted(life, operations, commit)
      return commit.results
    },
  })

  const acceptsAnew = new Batcher<Anew<AcceptOperation>, Outcome<AcceptResult>>({
    clock,
    itemsMax: ANEW_MAX,
    capacity: options.acceptQueueMax ?? QUEUE_MAX,
    async run(operations) {
      const life = session.id
      const making = operations.map(guardMaking)
      failpoint('accept.before_commit')
      const commit = await store.acceptAnew(life, making)
      failpoint('accept.after_commit')
      ringAccepted(
        life,
        making.map((one) => one.made),
        commit,
      )
      return outcomes(making, commit.results)
    },
  })

  const ringAccepted = (life: SessionId, operations: readonly (AcceptOperation | null)[], commit: CommitResult<AcceptResult>): void => {
    if (session.id !== life) return
    const kept = operations.filter((operation, i) => operation !== null && commit.results[i]!.kind === 'accepted') as AcceptOperation[]
    ringDeliveries(wakeUps, deliveryWork(commit, { messages: kept.flatMap((operation) => operation.messages) }))
    const runs = kept.flatMap((operation) =>
      operation.runs.flatMap((run) => (run.ended ? [] : { run: newRunRow(run, life), request: requestRow(operation.request) })),
    )
    // A run of an earlier request comes without it, so it is read from the store like one that was woken.
    const isUnread = ({ run, request }: (typeof runs)[number]) => run.request_id !== null && request === null
    const unread = runs.filter(isUnread).map(heldRun)
    const atHand = unread.length === 0 ? runs : runs.filter((one) => !isUnread(one))
    if (atHand.length > 0) wakeUps.wake('run.accepted', atHand)
    if (unread.length > 0) wakeUps.wake('run.woken', unread)
  }

  const runs = new Batcher<RunCommit, RunCommitResult>({
    ...shape,
    capacity: Infinity,
    weigh: (commit) =>
      1 +
      rowsOfBytes(commit.steps.length + (commit.reply?.length ?? 0)) +
      runRows(commit.runs) +
      deliveryRows(commit.deliveries) +
      messageRows(messagesOf(commit)),
    async run(commits) {
      const life = session.id
      failpoint('run.before_commit')
      const commit = await store.commitRuns(life, commits)
      failpoint('run.after_commit')
      ringCommitted(life, commits, commit)
      return commit.results
    },
  })

  const runsAnew = new Batcher<Anew<RunCommit>, Outcome<RunCommitResult>>({
    clock,
    itemsMax: ANEW_MAX,
    capacity: Infinity,
    async run(commits) {
      const life = session.id
      const making = commits.map(guardMaking)
      failpoint('run.before_commit')
      const commit = await store.commitRunsAnew(life, making)
      failpoint('run.after_commit')
      ringCommitted(
        life,
        making.map((one) => one.made),
        commit,
      )
      return outcomes(making, commit.results)
    },
  })

  const ringCommitted = (life: SessionId, commits: readonly (RunCommit | null)[], commit: CommitResult<RunCommitResult>): void => {
    if (session.id !== life) return
    const kept = commits.filter((one, i) => one !== null && commit.results[i]!.kind === 'committed') as RunCommit[]
    ringDeliveries(wakeUps, deliveryWork(commit, { messages: kept.flatMap(messagesOf), deliveries: kept.flatMap(stepDeliveries) }))
    const started = kept.flatMap((one) => one.runs)
    if (started.length > 0)
      wakeUps.wake(
        'run.accepted',
        started.map((run) => ({ run: newRunRow(run, life), request: null })),
      )
  }

  const settles = new Batcher<{ settlement: Settlement; lane: LaneUpdate | null }, SettleResult>({
    ...shape,
    concurrency: 1, // two batches under way could commit in the other order, and an older word on a lane would stand
    capacity: Infinity,
    async run(entries) {
      // Settlements come in the order in which attempts ended, so the last word on a lane is the newest.
      const lanes = new Map(entries.flatMap(({ lane }) => (lane ? [[lane.lane, lane] as const] : [])))
      const life = session.id
      failpoint('settle.before_commit')
      const results = await store.settle(
        life,
        entries.map((entry) => entry.settlement),
        [...lanes.values()],
      )
      failpoint('settle.after_commit')
      const woken = results.flatMap((result) => result.woken ?? [])
      if (woken.length > 0 && session.id === life) wakeUps.wake('run.woken', woken)
      return results
    },
  })

  return {
    accept: (operation) => accepts.add(operation),
    acceptAnew: async (operation) => resultOf(await acceptsAnew.add(operation)),
    commitRun: (commit) => runs.add(commit),
    commitRunAnew: async (commit) => resultOf(await runsAnew.add(commit)),
    settle: (settlement, lane) => settles.add({ settlement, lane }),
    async close() {
      await accepts.close()
      await acceptsAnew.close()
      await runs.close()
      await runsAnew.close()
      await settles.close()
    },
  }
}

function ringDeliveries(wakeUps: WakeUps<Topics>, work: Topics['delivery.work'] | undefined): void {
  if (work) wakeUps.wake('delivery.work', work)
}

function acceptRows({ dedups, request, runs, messages }: AcceptOperation): number {
  return 1 + rowsOfBytes(request?.body?.length ?? 0) + dedups.length + runRows(runs) + messageRows(messages)
}

function runRows(runs: readonly NewRun[]): number {
  return runs.reduce((rows, run) => rows + 1 + rowsOfBytes((run.input?.length ?? 0) + (run.ended?.steps.length ?? 0)), 0)
}

function messageRows(messages: readonly NewMessage[]): number {
  return messages.reduce((rows, message) => rows + 1 + rowsOfBytes(message.payload.length) + deliveryRows(message.deliveries), 0)
}

/** A delivery has a task. */
function deliveryRows(deliveries: readonly NewDelivery[]): number {
  return deliveries.reduce((rows, delivery) => rows + 2 + rowsOfBytes(delivery.body?.length ?? 0), 0)
}

function rowsOfBytes(bytes: number): number {
  return Math.floor(bytes / BYTES_A_ROW)
}

function messagesOf({ messages, operational }: RunCommit): readonly NewMessage[] {
  return operational === undefined ? messages : [...messages, ...operational]
}

function stepDeliveries(commit: RunCommit): StepDelivery[] {
  return commit.deliveries.map((delivery) => ({ delivery, application_id: commit.application.id, run_id: commit.run }))
}

function heldRun({ run }: { run: ReturnType<typeof newRunRow> }): HeldRun {
  return { run: run.id, application: run.application_id as ApplicationId, rev: run.rev }
}

/** What became of one that was made inside its commit, or why it could not be made: it must not end the others of its batch. */
type Outcome<Result> = { readonly kind: 'told'; readonly result: Result } | { readonly kind: 'threw'; readonly error: unknown }

interface Making<Operation> extends Anew<Operation> {
  /** Last, if the commit was repeated. */
  made: Operation | null
  threw: { readonly error: unknown } | undefined
}

function guardMaking<Operation>(operation: Anew<Operation>): Making<Operation> {
  const making: Making<Operation> = {
    ...operation,
    made: null,
    threw: undefined,
    make(snapshot) {
      making.threw = undefined
      try {
        making.made = operation.make(snapshot)
      } catch (error) {
        making.made = null
        making.threw = { error }
      }
      return making.made
    },
  }
  return making
}

function outcomes<Operation, Result>(making: readonly Making<Operation>[], results: readonly Result[]): Outcome<Result>[] {
  return results.map((result, i) => {
    const { threw } = making[i]!
    return threw === undefined ? { kind: 'told', result } : { kind: 'threw', error: threw.error }
  })
}

function resultOf<Result>(outcome: Outcome<Result>): Result {
  if (outcome.kind === 'threw') throw outcome.error
  return outcome.result
}
