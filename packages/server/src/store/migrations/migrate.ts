import type { SqlDialect } from './sql-dialect.ts'

/** One step of the schema. Never changed after a release, never removed: a later step amends it. */
export interface Migration {
  /** Rising; a number may be missing. Both engines share the numbers; a step that concerns one of them has no statements for the other. */
  readonly version: number
  readonly name: string
  statements(dialect: SqlDialect): readonly string[]
  /**
   * Nodes of older programs must not work on beside what it brings, because they would leave it out (a filter they do not know), or undo it (a
   * sum they do not keep): they stop when they find it. Else they go on until they are replaced, one after the other.
   */
  readonly endsOlder?: true
}

/** What an engine lends the runner. */
export interface MigrationTarget {
  readonly dialect: SqlDialect
  readonly now: () => number
  /** Runs `work` in one transaction while no other process can: all of it is kept, or nothing. */
  exclusively<T>(work: (execute: Execute) => Promise<T>): Promise<T>
}

/** In place of a version: nobody serves this database any more. */
export const MOVED = { version: 2_147_483_647, name: 'moved-to-sqlite' }

/** Its store is served elsewhere. Nothing was touched. */
export class MovedDatabaseError extends Error {
  constructor() {
    super(
      'The store of this database was moved to SQLite. Start without POSTHORN_DATABASE_URL, on the data folder that it was moved to. ' +
        `To serve it here again, as it was then: delete from migration where name = '${MOVED.name}'`,
    )
    this.name = 'MovedDatabaseError'
  }
}

/** Runs one statement and returns its rows. Values are written into the text: they are numbers and names of our own. */
export type Execute = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** The database was made by a newer program. Nothing was touched. */
export class NewerDatabaseError extends Error {
  constructor(found: { version: number; name: string }, known: Migration) {
    super(
      `The database is at version ${found.version} (${found.name}), and this program knows versions up to ${known.version} (${known.name}). ` +
        'Start a newer Posthorn on it, or restore a backup that was made before the upgrade.',
    )
    this.name = 'NewerDatabaseError'
  }
}

/**
 * Brings a database to the newest version. Each migration is one transaction together with its row in `migration`, so a
 * process that is killed half-way leaves whole steps, and the next start goes on behind them. Returns the versions it applied.
 */
export async function migrate(target: MigrationTarget, migrations: readonly Migration[]): Promise<readonly number[]> {
  const applied: number[] = []
  for (;;) {
    const version = await target.exclusively((execute) => applyNext(target, execute, migrations))
    if (version === undefined) return applied
    applied.push(version)
  }
}

async function applyNext(target: MigrationTarget, execute: Execute, migrations: readonly Migration[]): Promise<number | undefined> {
  const { int, text } = target.dialect
  await execute(`create table if not exists migration (version ${int} primary key, name ${text} not null, applied_at ${int} not null)`)
  const rows = await execute('select version, name from migration order by version')
  const applied = rows.map((row) => ({ version: Number(row.version), name: String(row.name) }))
  const newest = migrations.at(-1)!
  const last = applied.at(-1)
  if (last?.name === MOVED.name) throw new MovedDatabaseError()
  if (last !== undefined && last.version > newest.version) throw new NewerDatabaseError(last, newest)
  // Not only what lies behind the last one: two that were made side by side may be released in either order.
  const next = migrations.find(({ version }) => !applied.some((row) => row.version === version))
  if (next === undefined) return undefined
  for (const statement of next.statements(target.dialect)) await execute(statement)
  await execute(`insert into migration (version, name, applied_at) values (${next.version}, '${next.name}', ${target.now()})`)
  if (next.endsOlder) await execute(`update migration set ends_older = 1 where version = ${next.version}`)
  return next.version
}

/** Whether exactly the migrations that this program knows were applied. */
export function isCurrent(versions: readonly number[], known: readonly Migration[]): boolean {
  return versions.join() === known.map(({ version }) => version).join()
}
