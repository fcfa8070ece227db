import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Clock } from '#platform'
import { migrate } from '../migrations/migrate.ts'
import { migrations } from '../migrations/migrations.ts'
import { sqliteDialect } from '../migrations/sql-dialect.ts'

/** Opens the database file of a folder that is locked for us, and brings it to the newest version. */
export async function openFile(folder: string, clock: Clock): Promise<Database.Database> {
  const path = join(folder, 'posthorn.db')
  // Bodies are in it, so nobody else reads it; the log files beside it take the same rights.
  closeSync(openSync(path, 'a', 0o600))
  const db = new Database(path)
  try {
    db.pragma('journal_mode = WAL')
    // Acknowledged means synced: NORMAL would lose acknowledged commits with the power.
    db.pragma('synchronous = FULL')
    // SQLite walks through all of its cache at each commit: 64 MB cost a run a tenth more time than 16 (and memory). Beyond is the system's cache.
    db.pragma('cache_size = -16384')
    db.pragma('temp_store = MEMORY')
    db.pragma('wal_autocheckpoint = 4000')
    db.pragma('journal_size_limit = 67108864')
    db.pragma('foreign_keys = OFF')
    await migrateFile(db, clock)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

async function migrateFile(db: Database.Database, clock: Clock): Promise<void> {
  await migrate(
    {
      dialect: sqliteDialect,
      now: clock.now,
      async exclusively(work) {
        db.exec('begin immediate')
        try {
          const result = await work(async (sql) => {
            const statement = db.prepare<unknown[], Record<string, unknown>>(sql)
            if (statement.reader) return statement.all()
            statement.run()
            return []
          })
          db.exec('commit')
          return result
        } catch (error) {
          if (db.inTransaction) db.exec('rollback')
          throw error
        }
      },
    },
    migrations,
  )
}
