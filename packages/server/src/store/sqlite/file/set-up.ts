import { join } from 'node:path'
import type { Database } from 'better-sqlite3'

export const databasePath = (folder: string): string => join(folder, 'posthorn.db')
/** What a database file, or its log, is called once its store was moved to PostgreSQL. */
export const movedPath = (path: string): string => path.replace(/posthorn\.db(?=(-wal|-shm)?$)/, 'posthorn.db.moved')
/** Where the bytes of entries are. */
export const entryFolder = (folder: string): string => join(folder, 'files')

/** How a connection that writes works with the file. */
export function setUp(db: Database): void {
  db.pragma('journal_mode = WAL')
  // Acknowledged means synced: NORMAL would lose acknowledged commits with the power.
  db.pragma('synchronous = FULL')
  // SQLite walks through all of its cache at each commit: 64 MB cost a run a tenth more time than 16 (and memory). Beyond is the system's cache.
  db.pragma('cache_size = -16384')
  db.pragma('temp_store = MEMORY')
  db.pragma('wal_autocheckpoint = 4000')
  db.pragma('journal_size_limit = 67108864')
  db.pragma('foreign_keys = OFF')
}
