import type { Clock } from '#platform'
import type { AcceptOperation, AcceptResult, Anew, RunCommit, RunCommitResult, Settlement, SettleResult, Store } from '#store'

const kinds = ['accept', 'run', 'settle'] as const
type Kind = (typeof kinds)[number]
type Numbers<Name extends string> = Record<Name, number>

/** What this process has had the store keep, in plain numbers. */
export interface CommitCounts {
  readonly commits: Numbers<Kind>
  readonly operations: Numbers<Kind>
  readonly ms: Numbers<Kind>
  readonly errors: Numbers<Kind>
  readonly requests: Numbers<'accepted' | 'duplicate'>
  readonly runsFinished: Numbers<'ok' | 'ko'>
  readonly attempts: Numbers<'success' | 'failure'>
  readonly deliveriesFinished: Numbers<'delivered' | 'failed' | 'cancelled'>
  messages: number
  runsStarted: number
}

/** Counts what the group commits of a store kept: once for each batch, behind its sync, so that no request waits for it. */
export function countCommits(store: Store, clock: Pick<Clock, 'monotonic'>): { store: Store; counts: CommitCounts } {
  const counts = noCounts()
  const timed = async <Commit>(kind: Kind, operations: number, commit: () => Promise<Commit>): Promise<Commit> => {
    const startedAt = clock.monotonic()
    try {
      const done = await commit()
      counts.commits[kind]++
      counts.operations[kind] += operations
      counts.ms[kind] += clock.monotonic() - startedAt
      return done
    } catch (error) {
      counts.errors[kind]++
      throw error
    }
  }
  const counting: Store = {
    ...store,
    async accept(session, operations) {
      const commit = await timed('accept', operations.length, () => store.accept(session, operations))
      countAccepted(counts, operations, commit.results)
      return commit
    },
    async acceptAnew(session, operations) {
      const { made, making } = remembering(operations)
      const commit = await timed('accept', operations.length, () => store.acceptAnew(session, making))
      countAccepted(counts, made, commit.results)
      return commit
    },
    async commitRuns(session, commits) {
      const commit = await timed('run', commits.length, () => store.commitRuns(session, commits))
      countRuns(counts, commits, commit.results)
      return commit
    },
    async commitRunsAnew(session, commits) {
      const { made, making } = remembering(commits)
      const commit = await timed('run', commits.length, () => store.commitRunsAnew(session, making))
      countRuns(counts, made, commit.results)
      return commit
    },
    async settle(session, settlements, lanes) {
      const results = await timed('settle', settlements.length, () => store.settle(session, settlements, lanes))
      countSettled(counts, settlements, results)
      return results
    },
  }
  return { store: counting, counts }
}

function noCounts(): CommitCounts {
  const none = () => ({ accept: 0, run: 0, settle: 0 })
  return {
    ...{ commits: none(), operations: none(), ms: none(), errors: none() },
    requests: { accepted: 0, duplicate: 0 },
    runsFinished: { ok: 0, ko: 0 },
    attempts: { success: 0, failure: 0 },
    deliveriesFinished: { delivered: 0, failed: 0, cancelled: 0 },
    ...{ messages: 0, runsStarted: 0 },
  }
}

/** What is made inside the commit is known behind it: of each operation what was made last. */
function remembering<Operation>(operations: readonly Anew<Operation>[]) {
  const made: (Operation | null)[] = operations.map(() => null)
  const making = operations.map((one, i) => ({ ...one, make: (...args: Parameters<typeof one.make>) => (made[i] = one.make(...args)) }))
  return { made, making }
}

function countAccepted(counts: CommitCounts, operations: readonly (AcceptOperation | null)[], results: readonly AcceptResult[]): void {
  for (const [i, operation] of operations.entries()) {
    const kind = results[i]?.kind
    if (operation === null || (kind !== 'accepted' && kind !== 'duplicate')) continue
    const { request, runs, messages } = operation
    // Those that are rejected are counted where that is decided, kept or not.
    if (request !== null && request.status !== 'rejected') counts.requests[kind]++
    if (kind === 'duplicate') continue
    counts.messages += messages.length
    counts.runsStarted += runs.length
    for (const { ended } of runs) if (ended !== undefined) counts.runsFinished.ok++
  }
}

function countRuns(counts: CommitCounts, commits: readonly (RunCommit | null)[], results: readonly RunCommitResult[]): void {
  for (const [i, commit] of commits.entries()) {
    if (commit === null || results[i]?.kind !== 'committed') continue
    counts.messages += commit.messages.length
    counts.runsStarted += commit.runs.length
    if (commit.status === 'ok' || commit.status === 'ko') counts.runsFinished[commit.status]++
  }
}

function countSettled(counts: CommitCounts, settlements: readonly Settlement[], results: readonly SettleResult[]): void {
  for (const [i, { attempt, next }] of settlements.entries()) {
    if (results[i]?.settled !== true) continue
    if (attempt !== null) counts.attempts[attempt.ok === 1 ? 'success' : 'failure']++
    if (next.kind === 'end') counts.deliveriesFinished[next.status]++
  }
}
