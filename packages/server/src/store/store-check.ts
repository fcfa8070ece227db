import type { SqlEngine } from './sql-engine.ts'

/** What reading all of a store has shown. */
export interface StoreCheck {
  readonly engine: SqlEngine
  /** The file, or the server and the database. */
  readonly place: string
  readonly tables: readonly CheckedTable[]
  /** Of no table that could be named. */
  readonly faults: readonly string[]
  /** What was not looked at. */
  readonly notes: readonly string[]
}

export interface CheckedTable {
  readonly table: string
  readonly faults: readonly string[]
}

export function isSound({ tables, faults }: StoreCheck): boolean {
  return faults.length === 0 && tables.every((table) => table.faults.length === 0)
}

/** There is nothing to check: a sentence for the operator. */
export class NothingToCheckError extends Error {
  override readonly name = 'NothingToCheckError'
}
