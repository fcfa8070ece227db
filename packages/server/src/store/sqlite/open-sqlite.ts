import type { Database } from 'better-sqlite3'
import { makeFolder, type Clock, type Log } from '#platform'
import { guardStore } from '../guard-store.ts'
import type { Admission } from '../master-key/store-key.ts'
import type { Store } from '../store.ts'
import { createStoreHealth, type StoreHealth } from '../store-health.ts'
import { closeStore } from './close-store.ts'
import { createStore } from './create-store.ts'
import { adviceAbout, faultOf } from './file/fault-of.ts'
import { lockFolder } from './file/lock-folder.ts'
import { openFile } from './file/open-file.ts'
import { openEngine } from './open-engine.ts'
import { createSteadyClock } from './steady-clock.ts'
import type { Failpoint } from './writes/write-queue.ts'

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
  const { folder, log, admission } = options
  const clock = createSteadyClock(options.clock)
  makeFolder(folder)
  const unlock = lockFolder(folder)
  try {
    const db = await openFile({ folder, clock, admission })
    options.opened?.(db)
    const health = options.health ?? createStoreHealth({ clock, log })
    const parts = await openEngine(db, { ...options, clock, health })
    const guard = { health, faultOf, advice: adviceAbout(db.name), clock }
    const close = () => closeStore(parts, log).finally(unlock)
    return guardStore(createStore({ ...parts, guard, close }), guard)
  } catch (error) {
    unlock()
    throw error
  }
}
