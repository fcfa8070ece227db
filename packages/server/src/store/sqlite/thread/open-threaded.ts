import { makeFolder, noFailpoint, programBeside, type Clock, type Failpoint, type Log } from '#platform'
import { createChangeListeners, type ChangeListeners } from '../../change-listeners.ts'
import { guardQuery, guardStore } from '../../guard-store.ts'
import type { StoreGuard } from '../../store-guard.ts'
import { createQueries } from '../../queries/create-queries.ts'
import { createLogs } from '../../queries/logs/create-logs.ts'
import { createTables, keepTables } from '../../queries/tables.ts'
import { createStatements } from '../../statements/create-statements.ts'
import type { Store } from '../../store.ts'
import { createStoreHealth, type StoreHealth } from '../../store-health.ts'
import type { Admission } from '../../master-key/store-key.ts'
import { adviceAbout, faultOf } from '../file/fault-of.ts'
import { lockFolder } from '../file/lock-folder.ts'
import { openFile } from '../file/open-file.ts'
import { EntryFolder, type EntryFolderOptions } from '../file/entry-folder.ts'
import { databasePath, entryFolder } from '../file/set-up.ts'
import { createSteadyClock } from '../steady-clock.ts'
import { unpackError } from './crossing-error.ts'
import { createHoldAndMake } from './hold-and-make.ts'
import { LazyReads } from './lazy-reads.ts'
import type { StoreOrder, ThreadWord } from './protocol.ts'
import { createThreadCalls } from './thread-calls.ts'
import { ThreadLink } from './thread-link.ts'
import { withBuffers } from './with-buffers.ts'

export interface ThreadedOptions {
  /** Made if it is not there. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  readonly health?: StoreHealth
  readonly admission?: Admission
  /** Of this side; its `spec` is handed to the other. */
  readonly failpoint?: Failpoint
  /** The thread ended by itself. Nothing can be asked any more, so the process must end. */
  readonly onDeath: (error: Error) => void
  /** The time of the thread, for tests that move it. */
  readonly time?: SharedArrayBuffer
}

/**
 * The embedded store with its file on a thread of its own: what `openSqlite` does, without a turn of the event loop spent on it. Lists and
 * statistics are read on a second thread, so that neither they nor commits wait for each other; what is read of configuration stands between
 * two commits.
 *
 * Rejects with `FolderInUseError`, `StoreRefusedError` or `NewerDatabaseError`.
 */
export async function openThreadedSqlite(options: ThreadedOptions): Promise<Store> {
  const { folder, log, admission } = options
  const clock = createSteadyClock(options.clock)
  makeFolder(folder)
  const unlock = lockFolder(folder)
  try {
    const db = await openFile({ folder, clock, admission })
    const health = options.health ?? createStoreHealth({ clock, log })
    const listeners = createChangeListeners(log)
    const link = new ThreadLink<StoreOrder>({
      ...linkTo('store-thread', options),
      onWord: (word) => hear(word, { log, health, listeners }),
      onAnswers: () => options.failpoint?.('store.answered'),
    })
    // Whoever closes a database last removes its log: that is the thread, by now or when it could not open it.
    await link.ready.finally(() => db.close())
    const reads = new LazyReads({ link: linkTo('read-thread', options), clock: options.clock })
    const entries = { folder: entryFolder(folder), log }
    const guard = { health, faultOf, advice: adviceAbout(databasePath(folder)), clock }
    return guardStore(createStore({ link, reads, listeners, entries, guard, unlock, failpoint: options.failpoint ?? noFailpoint }), guard)
  } catch (error) {
    unlock()
    throw error
  }
}

function linkTo(thread: 'store-thread' | 'read-thread', { folder, failpoint, time, onDeath }: ThreadedOptions) {
  const name = thread === 'store-thread' ? 'store' : 'reads'
  return { name, program: programBeside(thread, import.meta.url), data: { folder, failpoint: failpoint?.spec, time }, onDeath }
}

interface Ears {
  readonly log: Pick<Log, 'warn' | 'error'>
  readonly health: StoreHealth
  readonly listeners: ChangeListeners
}

function hear(word: Exclude<ThreadWord, { kind: 'answers' | 'ready' | 'failed' }>, { log, health, listeners }: Ears): void {
  switch (word.kind) {
    case 'changed':
      return listeners.changed(word.application)
    case 'trouble':
      return health.begin(word.cause, word.trouble, word.error && unpackError(word.error))
    case 'trouble_ended':
      return health.end(word.cause)
    case 'log':
      return log[word.level](word.event, { ...word.fields, ...(word.error && { error: unpackError(word.error) }) })
  }
}

interface Parts {
  readonly link: ThreadLink<StoreOrder>
  readonly reads: LazyReads
  readonly listeners: ChangeListeners
  readonly entries: Omit<EntryFolderOptions, 'named'>
  readonly guard: StoreGuard
  readonly unlock: () => void
  readonly failpoint: Failpoint
}

function createStore({ link, reads, listeners, entries, guard, unlock, failpoint }: Parts): Store {
  const readBetween = async (sql: string, parameters: readonly unknown[]) =>
    withBuffers((await link.ask({ kind: 'read', sql, parameters })) as unknown[])
  const readBeside = (sql: string, parameters: readonly unknown[]) => reads.read(sql, parameters)
  const tables = createTables('sqlite', guardQuery(readBetween, guard))
  const named = async (ids: readonly string[]) => {
    const rows = await readBetween('select id from entry where id in (select value from json_each(?))', [JSON.stringify(ids)])
    return new Set((rows as { readonly id: string }[]).map(({ id }) => id))
  }
  const close = async () => {
    try {
      await reads.close()
      await link.close({ kind: 'close' })
    } finally {
      unlock()
    }
  }
  let closing: Promise<void> | undefined
  return {
    engine: 'sqlite',
    isShared: false,
    ...keepTables(tables),
    logs: createLogs(createTables('sqlite', guardQuery(readBeside, guard))),
    queries: createQueries(tables),
    statements: createStatements(tables),
    ...createThreadCalls(link, failpoint),
    // Their bytes do not cross: they are written and read on this side.
    files: new EntryFolder({ ...entries, named }),
    ...createHoldAndMake(link, tables.db),
    onChange: listeners.onChange,
    // There is no other process to notify, or to hear from.
    hint() {},
    onHint() {},
    close: () => (closing ??= close()),
  }
}
