import type { SqlEngine } from './sql-engine.ts'
import {
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
} from 'kysely'

/** Runs one query of an engine and returns its rows. */
export type Query = (sql: string, parameters: readonly unknown[]) => Promise<readonly unknown[]>

/**
 * Lets Kysely compile for an engine, and read through the engine's own `query`. Writes are compiled only: they go through
 * `Store.mutate`, which puts them behind the application's version and the audit log.
 */
export function createReadDialect(engine: SqlEngine, query: Query): Dialect {
  const sqlite = engine === 'sqlite'
  return {
    createAdapter: () => (sqlite ? new SqliteAdapter() : new PostgresAdapter()),
    createQueryCompiler: () => (sqlite ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
    createIntrospector: (db) => (sqlite ? new SqliteIntrospector(db) : new PostgresIntrospector(db)),
    createDriver: () => createReadDriver(query),
  }
}

function createReadDriver(query: Query): Driver {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(compiled: CompiledQuery) {
      refuseWrites(compiled)
      return { rows: [...(await query(compiled.sql, compiled.parameters))] as Row[] }
    },
    async *streamQuery() {
      throw new Error('The store does not stream: read page by page, by key.')
    },
  }
  const refuse = async () => {
    throw new Error('No transaction leaves the store: hand all statements to Store.mutate.')
  }
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async () => {},
    destroy: async () => {},
  }
}

function refuseWrites({ query, sql }: CompiledQuery): void {
  const reads = query.kind === 'SelectQueryNode' || (query.kind === 'RawNode' && /^\s*(select|with|explain|values)\b/i.test(sql))
  if (!reads) throw new Error(`Queries only read: hand this to Store.mutate, compiled: ${sql.slice(0, 80)}`)
}
