import type { Database } from 'better-sqlite3'
import type { Clock, Log } from '#platform'
import type { StoreHealth } from '../store-health.ts'
import { createConfiguration } from './configuration.ts'
import type { Engine } from './engine.ts'
import type { EngineParts } from './engine-calls.ts'
import { prepareNamedEntries } from './entries.ts'
import { EntryFolder } from './file/entry-folder.ts'
import { entryFolder } from './file/set-up.ts'
import { FileWatch } from './file/file-watch.ts'
import { KnownLanes } from './lanes/known-lanes.ts'
import { countCrash, createSessions } from './lanes/sessions.ts'
import { createTransaction } from './writes/transaction.ts'
import { WriteQueue, type Failpoint } from './writes/write-queue.ts'

export interface EngineOptions {
  readonly folder: string
  /** One that never goes back. */
  readonly clock: Clock
  readonly log: Pick<Log, 'warn' | 'error'>
  readonly health: Pick<StoreHealth, 'begin' | 'end'>
  readonly failpoint?: Failpoint | undefined
  readonly schedule?: ((flush: () => void) => void) | undefined
  readonly idleLanesMax?: number | undefined
}

/** What works on the open file of a folder, all of it on the thread that calls this. */
export async function openEngine(db: Database, options: EngineOptions): Promise<EngineParts> {
  const { folder, clock, log, health, failpoint, schedule, idleLanesMax } = options
  if (countCrash(db, clock.now())) log.warn('store.crash.found')
  const transaction = createTransaction(db)
  const lanes = new KnownLanes(db, transaction, idleLanesMax)
  const sessions = createSessions({ db, transaction, clock, lanes })
  const configuration = createConfiguration(db, transaction, log)
  const files = new FileWatch({ folder, health, checkpoint: () => void db.pragma('wal_checkpoint(FULL)') })
  const queue = new WriteQueue({ transaction, clock, failpoint, files, ...(schedule !== undefined && { schedule }) })
  const engine: Engine = { db, clock, transaction, lanes, sessions, configuration }
  const named = prepareNamedEntries(engine)
  const entries = new EntryFolder({ folder: entryFolder(folder), named: async (ids) => named(ids), log })
  // Nobody else writes there, so whatever is in between was left by a crash.
  const swept = await entries.sweep()
  if (swept > 0) log.warn('store.entry_files.swept', { files: swept })
  return { engine, queue, files, entries }
}
