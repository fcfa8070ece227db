import type { ApplicationId } from '#domain'
import type { ApplicationSnapshot } from './application-snapshot.ts'
import type { Anew, CommitResult } from './port/group-commits.ts'

/** Which of a batch were made inside its commit, and the results of all. */
export interface MadeBatch<Operation> {
  readonly made: readonly Operation[]
  /** Puts `stale` in the places of those that were not made. */
  results<Result>(commit: CommitResult<Result>): CommitResult<Result | { readonly kind: 'stale' }>
}

/** The newest snapshot at hand of each application of a batch. */
export function newestAtHand(
  operations: readonly Pick<Anew<unknown>, 'application' | 'snapshot'>[],
): Map<ApplicationId, ApplicationSnapshot> {
  const newest = new Map<ApplicationId, ApplicationSnapshot>()
  for (const { application, snapshot } of operations) {
    const other = newest.get(application)
    if (other === undefined || other.version < snapshot.version) newest.set(application, snapshot)
  }
  return newest
}

/** Makes a batch from the configuration that holds until its commit is over. */
export function makeAnew<Operation>(
  operations: readonly Anew<Operation>[],
  current: (application: ApplicationId) => ApplicationSnapshot | undefined,
): MadeBatch<Operation> {
  const all = operations.map((operation) => operation.make(current(operation.application)))
  return {
    made: all.filter((operation) => operation !== null),
    results<Result>(commit: CommitResult<Result>) {
      let next = 0
      const results = all.map((operation) => (operation === null ? ({ kind: 'stale' } as const) : commit.results[next++]!))
      return { ...commit, results }
    },
  }
}
