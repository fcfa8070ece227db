import type { ApplicationId } from '#domain'
import type { ApplicationSnapshot } from '../../application-snapshot.ts'
import { newestAtHand, makeAnew } from '../../make-anew.ts'
import { loadSnapshot } from '../../queries/load-snapshot.ts'
import { createTables, type Tables } from '../../queries/tables.ts'
import type { Anew, CommitResult } from '../../port/group-commits.ts'
import type { Run } from '../connection/pool.ts'
import { inTransaction, type TransactionWire } from './in-transaction.ts'
import type { Wire } from './wire.ts'

/** In one order, as all who lock several; a change of the configuration locks its row first, and waits here or is waited for. */
const lockText = `
select a.id, a.version from unnest($1::text[]) i join application a on a.id = any(array[i]) order by i collate "C" for no key update of a`

/**
 * A transaction that first locks the applications of the batch, so that their configuration stands still, then makes the operations and
 * commits them. Between the locks and the commit JavaScript only makes: it waits for nothing but this connection.
 */
export async function commitAnew<Operation, Result>(
  parts: TransactionWire,
  operations: readonly Anew<Operation>[],
  commit: (wire: Wire, made: readonly Operation[]) => Promise<CommitResult<Result>>,
): Promise<CommitResult<Result | { readonly kind: 'stale' }>> {
  return inTransaction(parts, async (wire) => {
    const current = await lockConfigurations(wire.run, operations)
    const batch = makeAnew(operations, (id) => current.get(id))
    const none: CommitResult<Result> = { results: [], lanes: [], tasks: [] }
    return batch.results(batch.made.length === 0 ? none : await commit(wire, batch.made))
  })
}

async function lockConfigurations(run: Run, operations: readonly Anew<unknown>[]): Promise<Map<ApplicationId, ApplicationSnapshot>> {
  const known = newestAtHand(operations)
  const { rows } = await run({ name: 'lock_configurations', text: lockText, values: [[...known.keys()]] })
  const current = new Map<ApplicationId, ApplicationSnapshot>()
  for (const { id, version } of rows as unknown as { id: ApplicationId; version: number }[]) {
    const snapshot = known.get(id)?.version === version ? known.get(id) : await loadSnapshot(readsOver(run), id)
    if (snapshot !== undefined) current.set(id, snapshot)
  }
  return current
}

/** Reads on the transaction's own connection, one after the other: it takes one statement at a time. */
function readsOver(run: Run): Tables['db'] {
  let last: Promise<unknown> = Promise.resolve()
  const read = async (text: string, values: readonly unknown[]) => {
    const rows = last.then(async () => (await run({ text, values })).rows)
    last = rows.catch(() => undefined)
    return rows
  }
  return createTables('postgres', read).db
}
