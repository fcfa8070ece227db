import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'

export const databasePath = (folder: string): string => join(folder, 'posthorn.db')
/** What a database file is called once its store was moved to PostgreSQL. */
export const movedPath = (path: string): string => `${path}.moved`
/** What it is called while nobody knows whether the move that put it aside came to its commit. No start serves it, and a repeated move finds it. */
export const movingPath = (path: string): string => `${path}.moving`
/** Where a move back makes the file, so that it appears under its name whole or not at all. */
export const MAKING = 'moving-'
/** Where the bytes of entries are. */
export const entryFolder = (folder: string): string => join(folder, 'files')

/** Why there is nothing to take from the place of a database file. */
export function nothingAt(path: string): string {
  const [moving, moved] = [movingPath(path), movedPath(path)]
  if (existsSync(moving)) return `A move to PostgreSQL was cut short, and the file of the store is ${moving} now. Repeat it: posthorn move.`
  if (existsSync(moved)) return `The store of this folder was moved to PostgreSQL already, and its file is ${moved} now.`
  return `There is no database at ${path}. Name the data folder with POSTHORN_DATA or --data.`
}

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
