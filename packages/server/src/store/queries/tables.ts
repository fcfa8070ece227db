import type { SqlEngine } from '../sql-engine.ts'
import { Kysely } from 'kysely'
import { createReadDialect, type Query } from '../kysely-dialect.ts'
import type { Schema } from '../schema.ts'

/** Where a store has them, for whoever may look where no port does: `store/testing`. */
export const tablesWithin = Symbol('tables')

/** What queries are made over: an engine's tables, as Kysely sees them. */
export interface Tables {
  readonly engine: SqlEngine
  readonly db: Kysely<Schema>
}

/** Hides the tables in a store, and in whatever is spread from it. */
export function keepTables(tables: Tables): object {
  return { [tablesWithin]: tables }
}

export function createTables(engine: Tables['engine'], query: Query): Tables {
  return { engine, db: new Kysely<Schema>({ dialect: createReadDialect(engine, query) }) }
}
