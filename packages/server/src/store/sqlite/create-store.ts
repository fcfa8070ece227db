import { guardQuery } from '../guard-store.ts'
import type { StoreGuard } from '../store-guard.ts'
import { createQueries } from '../queries/create-queries.ts'
import { createLogs } from '../queries/logs/create-logs.ts'
import { createTables, keepTables, type Tables } from '../queries/tables.ts'
import { createStatements } from '../statements/create-statements.ts'
import type { Store } from '../store.ts'
import { prepareAccept } from './commits/accept.ts'
import { prepareCommitAnew } from './commits/commit-anew.ts'
import { prepareCommitRuns } from './commits/commit-runs.ts'
import { createEngineCalls, type EngineParts } from './engine-calls.ts'
import { createQuery } from './file/create-query.ts'

export interface StoreParts extends EngineParts {
  readonly guard: StoreGuard
  /** Called once. */
  readonly close: () => Promise<void>
}

/** The port over an engine of this thread. */
export function createStore(parts: StoreParts): Store {
  const { engine, entries, guard, close } = parts
  const tables = createTables('sqlite', guardQuery(createQuery(engine.db), guard))
  let closing: Promise<void> | undefined
  return {
    engine: 'sqlite',
    isShared: false,
    ...keepTables(tables),
    logs: createLogs(tables),
    queries: createQueries(tables),
    statements: createStatements(tables),
    ...createEngineCalls(parts),
    ...createAnew(parts, tables),
    onChange: engine.configuration.onChange,
    files: entries,
    // There is no other process to notify, or to hear from.
    hint() {},
    onHint() {},
    close: () => (closing ??= close()),
  }
}

/** On one thread, operations are made within the transaction. */
function createAnew({ engine, queue }: EngineParts, tables: Tables): Pick<Store, 'acceptAnew' | 'commitRunsAnew'> {
  const accept = prepareAccept(engine)
  const commitRuns = prepareCommitRuns(engine)
  const commitAnew = prepareCommitAnew(engine, tables.db)
  return {
    acceptAnew: (session, operations) => queue.write(() => commitAnew(operations, (made) => accept(session, made))),
    commitRunsAnew: (session, commits) => queue.write(() => commitAnew(commits, (made) => commitRuns(session, made))),
  }
}
