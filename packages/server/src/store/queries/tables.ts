import { Kysely } from 'kysely'
import { createReadDialect, type Query } from '../kysely-dialect.ts'
import type { Schema } from '../schema.ts'

const kept = Symbol('tables')

/** What queries are made over: an engine's tables, as Kysely sees them. */
export interface Tables {
  readonly engine: 'sqlite' | 'postgres'
  readonly db: Kysely<Schema>
}

/** Hides the tables in a store, and in whatever is spread from it. */
export function keepTables(tables: Tables): object {
  return { [kept]: tables }
}

/** The tables of a store, for tests that look where no port does. */
export function tablesOf(store: object): Kysely<Schema> {
  return (store as { readonly [kept]: Tables })[kept].db
}

export function createTables(engine: Tables['engine'], query: Query): Tables {
  return { engine, db: new Kysely<Schema>({ dialect: createReadDialect(engine, query) }) }
}
