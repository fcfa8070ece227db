import type { ApplicationId } from '#domain'
import type { ApplicationSnapshot } from '../../application-snapshot.ts'
import { newestAtHand, makeAnew } from '../../make-anew.ts'
import { readSnapshot } from '../../queries/load-snapshot.ts'
import type { Tables } from '../../queries/tables.ts'
import type { Anew, CommitResult } from '../../port/group-commits.ts'
import type { Engine } from '../engine.ts'

type CommitAnew = <Operation, Result>(
  operations: readonly Anew<Operation>[],
  commit: (made: readonly Operation[]) => CommitResult<Result>,
) => CommitResult<Result | { readonly kind: 'stale' }>

/** Within the transaction of the write queue nobody else changes anything: what is read here holds until the commit. */
export function prepareCommitAnew({ db, configuration }: Engine, reads: Tables['db']): CommitAnew {
  const rows = (sql: string, parameters: readonly unknown[]): unknown[] => db.prepare(sql).all(...parameters)
  return (operations, commit) => {
    const isCurrent = configuration.beginComparing()
    const known = newestAtHand(operations)
    const read = new Map<ApplicationId, ApplicationSnapshot | undefined>()
    const current = (id: ApplicationId): ApplicationSnapshot | undefined => {
      if (!read.has(id)) {
        const snapshot = known.get(id)
        read.set(id, snapshot !== undefined && isCurrent(snapshot) ? snapshot : readSnapshot(reads, id, rows))
      }
      return read.get(id)
    }
    const batch = makeAnew(operations, current)
    return batch.results(commit(batch.made))
  }
}
