import type { SessionId } from '#domain'
import { Batcher, noFailpoint, type Clock, type Failpoint, type WakeUps } from '#platform'
import type {
  AcceptOperation,
  AcceptResult,
  Anew,
  CommitStore,
  LaneUpdate,
  RunCommit,
  RunCommitResult,
  Settlement,
  SettleResult,
} from '#store'
import { batching, createGroupCommit, type GroupCommitOptions } from './group-commit.ts'
import { Precedence } from './precedence.ts'
import type { Topics } from './topics.ts'
import { wakeForAccepted, wakeForRuns } from './wake-rooms.ts'
import { acceptRows, deliveriesOf, runCommitRows } from './weigh-operation.ts'

/**
 * The three group commits of an event's path. Rooms hand in single operations; what arrives together shares one transaction
 * and one sync. After each commit the wake-up tells the next room what this session may start at once.
 *
 * Every queue is bounded: `accept` rejects with `overloaded` (a caller hears 503 and nothing was stored), while runs and
 * settlements are bounded by what their rooms have under way.
 */
export interface Committer {
  /** Notified of deliveries, so that what is accepted leaves room for them. */
  readonly precedence: Pick<Precedence, 'late' | 'ended'>
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
  /** Batches of one kind under way at the same time: on SQLite one that is committed and one behind it, on PostgreSQL a few connections. */
  readonly concurrency: number
  /** The store commits batches one after the other, in the order in which it is given them. */
  readonly inOrder: boolean
  /** How many accepted operations may wait for a commit before callers hear 503. */
  readonly acceptQueueMax?: number
  readonly failpoint?: Failpoint
}

const QUEUE_MAX = 8192

/** How a store takes batches: an embedded one is given the next while it commits one, a shared one commits a few at once. */
export function batchesOf({ isShared }: { readonly isShared: boolean }): Pick<CommitterOptions, 'concurrency' | 'inOrder'> {
  return isShared ? { concurrency: 4, inOrder: false } : { concurrency: 2, inOrder: true }
}

export function createCommitter(options: CommitterOptions): Committer {
  const { store, session, wakeUps, clock, concurrency, inOrder, failpoint = noFailpoint } = options
  const shared = { session, clock, concurrency, inOrder, failpoint }
  const precedence = new Precedence(clock)
  const announced = async <Result>(commit: Promise<Result>): Promise<Result> => {
    const result = await commit
    wakeUps.wake('committed', null)
    return result
  }

  const accepts = createGroupCommit<AcceptOperation, AcceptResult>(
    {
      failpoints: { before: 'accept.before_commit', after: 'accept.after_commit' },
      capacity: options.acceptQueueMax ?? QUEUE_MAX,
      weigh: acceptRows,
      allowance: () => precedence.allowance(),
      sizeOf: deliveriesOf,
      commit: (life, operations) => announced(store.accept(life, operations)),
      commitAnew: (life, operations) => announced(store.acceptAnew(life, operations)),
      kept: (operation, result) => (result.kind === 'accepted' ? withoutCopies(operation, result.copies) : undefined),
      wake: (kept, commit, life) => wakeForAccepted(wakeUps, kept, { commit, life }),
    },
    shared,
  )
  const runs = createGroupCommit<RunCommit, RunCommitResult>(
    {
      failpoints: { before: 'run.before_commit', after: 'run.after_commit' },
      capacity: Infinity,
      weigh: runCommitRows,
      commit: (life, commits) => announced(store.commitRuns(life, commits)),
      commitAnew: (life, commits) => announced(store.commitRunsAnew(life, commits)),
      kept: (commit, { kind }) => (kind === 'committed' ? commit : undefined),
      wake: (kept, commit, life) => wakeForRuns(wakeUps, kept, { commit, life }),
    },
    shared,
  )
  const settles = createSettles(store, wakeUps, shared)

  return {
    precedence,
    accept: (operation) => accepts.add(operation),
    acceptAnew: (operation) => accepts.addAnew(operation),
    commitRun: (commit) => runs.add(commit),
    commitRunAnew: (commit) => runs.addAnew(commit),
    settle: (settlement, lane) => settles.add({ settlement, lane }),
    async close() {
      await accepts.close()
      await runs.close()
      await settles.close()
    },
  }
}

/** The runs of parts that are no copies become its own. */
function withoutCopies(operation: AcceptOperation, copies: readonly number[] = []): AcceptOperation {
  const { parts } = operation
  if (parts === undefined) return operation
  const are = new Set(copies)
  return { ...operation, runs: parts.flatMap((part, i) => (are.has(i) ? [] : part.runs)) }
}

function createSettles(
  store: Pick<CommitStore, 'settle'>,
  wakeUps: WakeUps<Topics>,
  { session, clock, concurrency, inOrder, failpoint }: GroupCommitOptions,
): Batcher<{ readonly settlement: Settlement; readonly lane: LaneUpdate | null }, SettleResult> {
  return new Batcher({
    ...{ ...batching(inOrder), clock, capacity: Infinity },
    // Of two that are under way the later could be committed first, and an older word on a lane would stand.
    concurrency: inOrder ? concurrency : 1,
    async run(entries) {
      // Settlements come in the order in which attempts ended, so the last word on a lane is the newest.
      const lanes = new Map(entries.flatMap(({ lane }) => (lane ? [[lane.lane, lane] as const] : [])))
      const settlements = entries.map((entry) => entry.settlement)
      const life = session.id
      failpoint('settle.before_commit')
      const results = await store.settle(life, settlements, [...lanes.values()])
      failpoint('settle.after_commit')
      wakeUps.wake('committed', null)
      const woken = results.flatMap((result) => result.woken ?? [])
      if (woken.length > 0 && session.id === life) wakeUps.wake('run.woken', woken)
      return results
    },
  })
}
