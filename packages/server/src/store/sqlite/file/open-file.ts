import { closeSync, existsSync, openSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Clock } from '#platform'
import { migrate, type Execute, type MigrationTarget } from '../../migrations/migrate.ts'
import { migrations } from '../../migrations/migrations.ts'
import { sqliteDialect } from '../../migrations/sql-dialect.ts'
import { findStore, keepStoreKey, type Admission } from '../../master-key/store-key.ts'
import { databasePath, MAKING, movedPath, movingPath, setUp } from './set-up.ts'

export interface FileOptions {
  readonly folder: string
  readonly clock: Clock
  /** Absent in tests: whoever opens it may have it. */
  readonly admission?: Admission | undefined
}

/** Opens the database file of a folder that is locked for us, and brings it to the newest version. */
export async function openFile({ folder, clock, admission }: FileOptions): Promise<Database.Database> {
  const path = databasePath(folder)
  // What is not there yet is asked about before it is made.
  const begins = sizeOf(path) === 0
  const first = begins
    ? await admission?.look({ kind: 'none', ...leftoverBeside(path), ...movedBeside(path), ...movingBeside(folder) })
    : undefined
  // Bodies are in it, so nobody else reads it; the log files beside it take the same rights.
  closeSync(openSync(path, 'a', 0o600))
  const db = new Database(path)
  try {
    const target = targetOver(db, clock)
    const keep = begins ? first : await admission?.look(await target.exclusively((execute) => findStore(sqliteDialect, execute)))
    setUp(db)
    await migrate(target, migrations)
    if (keep) admission!.confirm(await target.exclusively((execute) => keepStoreKey(execute, { ...keep, now: clock.now() })))
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** 0 also for a file that is not there. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** SQLite takes a log beside an empty database for old, and removes it: with all that was committed since the last checkpoint. */
function leftoverBeside(path: string): { readonly leftover?: string } {
  return sizeOf(`${path}-wal`) > 0 ? { leftover: `${path}-wal` } : {}
}

function movedBeside(path: string): { readonly moved?: string } {
  const moved = movedPath(path)
  return sizeOf(moved) > 0 ? { moved } : {}
}

/** The store itself, or a copy of one whose place is marked as moved already: an empty store must not come into its place. */
function movingBeside(folder: string): { readonly moving?: string } {
  const file = movingPath(databasePath(folder))
  if (existsSync(file)) return { moving: file }
  const making = readdirSync(folder).find((name) => name.startsWith(MAKING))
  return making === undefined ? {} : { moving: join(folder, making) }
}

function targetOver(db: Database.Database, clock: Clock): MigrationTarget {
  const execute: Execute = async (sql) => {
    const statement = db.prepare<unknown[], Record<string, unknown>>(sql)
    if (statement.reader) return statement.all()
    statement.run()
    return []
  }
  return {
    dialect: sqliteDialect,
    now: clock.now,
    async exclusively(work) {
      db.exec('begin immediate')
      try {
        const result = await work(execute)
        db.exec('commit')
        return result
      } catch (error) {
        if (db.inTransaction) db.exec('rollback')
        throw error
      }
    },
  }
}
