import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { Failpoint } from '#platform'
import type { Query } from '../../kysely-dialect.ts'
import { sqliteDialect } from '../../migrations/sql-dialect.ts'
import { resealStore, type ResealedAmount } from '../../master-key/reseal-store.ts'
import { StoreRefusedError, type KeyChange } from '../../master-key/store-key.ts'
import type { TableProgress } from '../../table-progress.ts'
import { lockFolder } from './lock-folder.ts'
import { databasePath, nothingAt, setUp } from './set-up.ts'

export interface ResealFileOptions {
  readonly folder: string
  readonly change: KeyChange
  readonly progress: (progress: TableProgress) => void
  readonly failpoint: Failpoint
}

/**
 * Takes the folder as a server would, and seals everything in its database under another key, in one transaction. Null: that was done
 * before. Rejects with `FolderInUseError` or `StoreRefusedError`.
 */
export async function resealFile({ folder, change, progress, failpoint }: ResealFileOptions): Promise<ResealedAmount | null> {
  const path = databasePath(folder)
  if (!existsSync(path)) throw new StoreRefusedError(nothingAt(path))
  const unlock = lockFolder(folder)
  try {
    const db = new Database(path, { fileMustExist: true })
    try {
      return await resealOpen(db, { change, progress, failpoint })
    } finally {
      db.close()
    }
  } finally {
    unlock()
  }
}

async function resealOpen(
  db: Database.Database,
  { change, progress, failpoint }: Omit<ResealFileOptions, 'folder'>,
): Promise<ResealedAmount | null> {
  setUp(db)
  const amount = await resealStore({
    ...{ dialect: sqliteDialect, query: queryOn(db), change, progress },
    async transaction(work) {
      db.exec('begin immediate')
      try {
        const result = await work()
        failpoint('key.resealed')
        db.exec('commit')
        return result
      } catch (error) {
        if (db.inTransaction) db.exec('rollback')
        throw error
      }
    },
  })
  failpoint('key.committed')
  await change.settle()
  return amount
}

function queryOn(db: Database.Database): Query {
  const prepared = new Map<string, Database.Statement<unknown[], unknown>>()
  return async (sql, parameters) => {
    let statement = prepared.get(sql)
    if (statement === undefined) prepared.set(sql, (statement = db.prepare(sql)))
    if (statement.reader) return statement.all(...parameters)
    statement.run(...parameters)
    return []
  }
}
