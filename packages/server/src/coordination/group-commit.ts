import type { SessionId } from '#domain'
import { Batcher, type Clock, type Failpoint } from '#platform'
import type { Anew, CommitResult } from '#store'
import { guardMaking, outcomes, resultOf, type Outcome } from './guard-making.ts'

/** What the batches of the hot path have in common: so many operations, so many rows (which makes 32 MiB for each). */
const BATCH = { itemsMax: 256, weightMax: 2000 }

/**
 * When a further batch leaves while others are under way. A store that commits one after the other has the next one at hand when it has
 * committed one, instead of waiting until all are answered who were in it; half as large, so that a slow disk does not sync for a few. One that
 * commits several at once gains from each that it is given.
 */
export const batching = (inOrder: boolean) => (inOrder ? { ...BATCH, lingerMs: Infinity, followsAt: 0.5 } : { ...BATCH, lingerMs: 2 })
/** Of those that are made inside their commit: changes of the configuration wait for it, and nobody can weigh what is not made yet. */
const ANEW_MAX = 8

/** One kind of operation, and how the store commits it: as it was made, or, after it turned out stale, made inside the commit. */
export interface GroupCommitKind<Operation, Result> {
  readonly failpoints: { readonly before: string; readonly after: string }
  readonly capacity: number
  readonly weigh: (operation: Operation) => number
  /** How much may be in the next batch, measured by `sizeOf`; asked once for each. Absent: what its bounds allow. */
  readonly allowance?: () => number
  readonly sizeOf?: (operation: Operation) => number
  readonly commit: (session: SessionId, operations: readonly Operation[]) => Promise<CommitResult<Result>>
  readonly commitAnew: (session: SessionId, operations: readonly Anew<Operation>[]) => Promise<CommitResult<Result>>
  /** What of an operation was kept; undefined: nothing. */
  readonly kept: (operation: Operation, result: Result) => Operation | undefined
  /** Wakes the next rooms for what was kept; not called where the life that it was committed under is lost. */
  readonly wake: (kept: readonly Operation[], commit: CommitResult<Result>, life: SessionId) => void
}

export interface GroupCommitOptions {
  readonly session: { readonly id: SessionId }
  readonly clock: Clock
  readonly concurrency: number
  readonly inOrder: boolean
  readonly failpoint: Failpoint
}

export interface GroupCommit<Operation, Result> {
  add(operation: Operation): Promise<Result>
  addAnew(operation: Anew<Operation>): Promise<Result>
  close(): Promise<void>
}

export function createGroupCommit<Operation, Result>(
  kind: GroupCommitKind<Operation, Result>,
  { session, clock, concurrency, inOrder, failpoint }: GroupCommitOptions,
): GroupCommit<Operation, Result> {
  const { failpoints, capacity } = kind

  const wake = (life: SessionId, operations: readonly (Operation | null)[], commit: CommitResult<Result>): void => {
    if (session.id !== life) return
    const kept = operations.flatMap((operation, i) => (operation === null ? [] : (kind.kept(operation, commit.results[i]!) ?? [])))
    kind.wake(kept, commit, life)
  }

  const asMade = new Batcher<Operation, Result>({
    ...{ ...batching(inOrder), clock, concurrency, capacity, weigh: kind.weigh },
    ...(kind.allowance && { allowance: kind.allowance }),
    ...(kind.sizeOf && { sizeOf: kind.sizeOf }),
    async run(operations) {
      const life = session.id
      failpoint(failpoints.before)
      const commit = await kind.commit(life, operations)
      failpoint(failpoints.after)
      wake(life, operations, commit)
      return commit.results
    },
  })

  const anew = new Batcher<Anew<Operation>, Outcome<Result>>({
    ...{ itemsMax: ANEW_MAX, clock, capacity },
    async run(operations) {
      const life = session.id
      const making = operations.map(guardMaking)
      failpoint(failpoints.before)
      const commit = await kind.commitAnew(life, making)
      failpoint(failpoints.after)
      const made = making.map((one) => one.made)
      wake(life, made, commit)
      return outcomes(making, commit.results)
    },
  })

  return {
    add: (operation) => asMade.add(operation),
    addAnew: async (operation) => resultOf(await anew.add(operation)),
    async close() {
      await asMade.close()
      await anew.close()
    },
  }
}
