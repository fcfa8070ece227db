import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { Clock, Log } from '#platform'
import { guardStore } from '../guard-store.ts'
import type { Admission } from '../store-key.ts'
import type { Store } from '../store.ts'
import { createStoreHealth, type StoreHealth } from '../store-health.ts'
import { createConfiguration } from './configuration.ts'
import { createStore } from './create-store.ts'
import type { Engine } from './engine.ts'
import { adviceAbout, faultOf } from './file/fault-of.ts'
import { KnownLanes } from './lanes/known-lanes.ts'
import { lockFolder } from './file/lock-folder.ts'
import { prepareNamedEntries } from './entries.ts'
import { EntryFolder } from './file/entry-folder.ts'
import { makeFolder, openFile } from './file/open-file.ts'
import { countCrash, createSessions } from './lanes/sessions.ts'
import { createSteadyClock } from './steady-clock.ts'
import { createTransaction } from './writes/transaction.ts'
import { FileWatch } from './file/file-watch.ts'
import { WriteQueue, type Failpoint } from './writes/write-queue.ts'

export interface SqliteOptions {
  /** Made if it is not there. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  readonly health?: StoreHealth
  /** Handed the open file, for tests that make it fail. */
  readonly opened?: ((db: Database) => void) | undefined
  /** Whether this process may have what is in the folder. Absent in tests: it may. */
  readonly admission?: Admission
  /** Called where a crash matters, for tests. */
  readonly failpoint?: Failpoint
  /** Runs a flush at the end of the turn; replaced in simulations. */
  readonly schedule?: (flush: () => void) => void
  /** Lanes without work that stay in memory. */
  readonly idleLanesMax?: number
}

/**
 * The embedded store: one file, one process, one thread. Reads and writes run to their end within a turn of the event loop, so no
 * transaction is ever seen half-way. Nothing is leased on disk: this process is the only one, and whoever held something when the
 * file was last open is dead.
 *
 * Rejects with `FolderInUseError`, `StoreRefusedError` or `NewerDatabaseError`.
 */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  const { folder, log, failpoint, schedule, admission } = options
  const clock = createSteadyClock(options.clock)
  makeFolder(folder)
  const unlock = lockFolder(folder)
  try {
    const db = await openFile({ folder, clock, admission })
    options.opened?.(db)
    if (countCrash(db, clock.now())) log.warn('store.crash.found')
    const engine = createEngine(db, { ...options, clock })
    const health = options.health ?? createStoreHealth({ clock, log })
    const files = new FileWatch({ folder, health, checkpoint: () => void db.pragma('wal_checkpoint(FULL)') })
    const queue = new WriteQueue({ transaction: engine.transaction, clock, failpoint, files, schedule })
    const guard = { health, faultOf, advice: adviceAbout(db.name), clock }
    const entries = new EntryFolder({ folder: join(folder, 'files'), named: prepareNamedEntries(engine), log })
    // Nobody else writes there, so whatever is in between was left by a crash.
    const swept = await entries.sweep()
    if (swept > 0) log.warn('store.entry_files.swept', { files: swept })
    return guardStore(createStore({ engine, queue, files, entries, unlock, guard, log }), guard)
  } catch (error) {
    unlock()
    throw error
  }
}

function createEngine(db: Database, { clock, log, idleLanesMax }: SqliteOptions): Engine {
  const transaction = createTransaction(db)
  const lanes = new KnownLanes(db, transaction, idleLanesMax)
  const sessions = createSessions({ db, transaction, clock, lanes })
  return { db, clock, transaction, lanes, sessions, configuration: createConfiguration(db, transaction, log) }
}
