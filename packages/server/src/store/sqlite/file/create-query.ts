import type { Database, Statement } from 'better-sqlite3'
import type { Query } from '../../kysely-dialect.ts'

/** Kysely's queries are many and alike: the last ones stay prepared. */
const STATEMENTS_MAX = 256

export function createQuery(db: Database): Query {
  const prepared = new Map<string, Statement<unknown[]>>()
  return async (sql, parameters) => {
    let statement = prepared.get(sql)
    if (statement === undefined) {
      statement = db.prepare(sql)
      if (!statement.readonly) throw new Error(`Queries only read: ${sql.slice(0, 80)}`)
      if (prepared.size >= STATEMENTS_MAX) prepared.delete(prepared.keys().next().value!)
    }
    prepared.delete(sql)
    prepared.set(sql, statement)
    return statement.all(...parameters)
  }
}
