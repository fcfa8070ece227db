import { Kysely } from 'kysely'
import { createReadDialect, type Query } from '../kysely-dialect.ts'
import type { Schema } from '../schema.ts'
import type { Store } from '../store.ts'

/** What queries are made over: an engine's tables, as Kysely sees them. */
export interface Tables {
  readonly engine: Store['engine']
  readonly db: Kysely<Schema>
}

export function createTables(engine: 'sqlite' | 'postgres', query: Query): Tables {
  return { engine, db: new Kysely<Schema>({ dialect: createReadDialect(engine, query) }) }
}
