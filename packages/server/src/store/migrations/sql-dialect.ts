import type { SqlEngine } from '../sql-engine.ts'

/** The few words in which the two databases differ when a table is written. Everything else of a migration is the same text. */
export interface SqlDialect {
  readonly engine: SqlEngine
  /** Ids, lanes and other keys: text that sorts by its bytes, so that an id sorts by its time. */
  readonly key: string
  /** Text that is only read. */
  readonly text: string
  /** Integers to 2^53: milliseconds, counts, flags. */
  readonly int: string
  readonly bytes: string
  table(table: TableText): string
  /** A row if there is a table of this name. */
  hasTable(name: string): string
}

export interface TableText {
  readonly name: string
  readonly columns: string
  /** Small rows that are always found by their key: SQLite keeps them inside the key's tree, so that a write touches one tree, not two. */
  readonly inKey?: true
  /** PostgreSQL leaves this much of a page unused by inserts, in per cent filled, so that updates stay on it. */
  readonly fill?: number
}

export const sqliteDialect: SqlDialect = {
  engine: 'sqlite',
  key: 'text',
  text: 'text',
  int: 'integer',
  bytes: 'blob',
  // strict: a value of the wrong type is refused here as it is by PostgreSQL.
  table: ({ name, columns, inKey }) => `create table ${name} (${columns}) strict${inKey ? ', without rowid' : ''}`,
  hasTable: (name) => `select 1 from sqlite_master where type = 'table' and name = '${name}'`,
}

export const postgresDialect: SqlDialect = {
  engine: 'postgres',
  key: 'text collate "C"',
  text: 'text',
  int: 'bigint',
  bytes: 'bytea',
  table: ({ name, columns, fill }) => `create table ${name} (${columns})${fill === undefined ? '' : ` with (fillfactor = ${fill})`}`,
  hasTable: (name) => `select 1 where to_regclass('${name}') is not null`,
}
