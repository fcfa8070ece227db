import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { NothingToCheckError, type StoreCheck } from '../../store-check.ts'
import { faultOf } from './fault-of.ts'
import { databasePath, nothingAt } from './set-up.ts'

const FAULTS_MAX = 100

/**
 * Reads all of the file of a data folder, and says which tables are damaged; beside a server that runs, too. SQLite keeps no checksums: what
 * was changed inside a value is found only where it breaks what is around it.
 */
export function checkFile(folder: string): StoreCheck {
  const path = databasePath(folder)
  if (!existsSync(path)) throw new NothingToCheckError(nothingAt(path))
  const about = { engine: 'sqlite' as const, place: path, notes: [] }
  const found = new Map<string, string[]>()
  const others: string[] = []
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true })
    try {
      const objects = readObjects(db)
      for (const { table } of objects) found.set(table, [])
      for (const fault of integrityFaults(db)) (found.get(tableOf(fault, objects) ?? '') ?? others).push(fault)
      for (const [table, faults] of found) if (faults.length === 0) faults.push(...readingFaults(db, table))
    } finally {
      db.close()
    }
  } catch (error) {
    others.push(damage(error))
  }
  return { ...about, tables: [...found].map(([table, faults]) => ({ table, faults })), faults: others }
}

interface SchemaObject {
  readonly name: string
  readonly table: string
  readonly root: number
}

function readObjects(db: Database.Database): SchemaObject[] {
  return db
    .prepare<[], SchemaObject>(
      "select name, tbl_name as 'table', rootpage as root from sqlite_schema where rootpage > 0 order by tbl_name, name",
    )
    .all()
}

function integrityFaults(db: Database.Database): string[] {
  try {
    const lines = db.prepare<[], string>(`pragma integrity_check(${FAULTS_MAX})`).pluck().all()
    return lines.flatMap((line) => line.split('\n')).filter((line) => line !== 'ok' && !line.startsWith('***'))
  } catch (error) {
    // Damage that keeps it from looking on is found by reading.
    return [damage(error)]
  }
}

/** By the tree that a fault names, or the index, or the table. */
function tableOf(fault: string, objects: readonly SchemaObject[]): string | undefined {
  const tree = /^Tree (\d+)/.exec(fault)?.[1]
  if (tree !== undefined) return objects.find(({ root }) => root === Number(tree))?.table
  const named = (/\bindex ([\w"]+)/.exec(fault) ?? /\bin ([\w"]+)/.exec(fault))?.[1]?.replaceAll('"', '').split('.')[0]
  return objects.find(({ name, table }) => name === named || table === named)?.table
}

/** A fault ends the reading of a table. */
function readingFaults(db: Database.Database, table: string): string[] {
  try {
    for (const _ of db.prepare(`select * from "${table}"`).raw().iterate());
    return []
  } catch (error) {
    return [damage(error)]
  }
}

/** Anything else than damage is no finding. */
function damage(error: unknown): string {
  if (faultOf(error) !== 'corrupt') throw error
  return (error as Error).message
}
