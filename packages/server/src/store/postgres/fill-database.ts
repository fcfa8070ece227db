import pg from 'pg'
import type { Failpoint } from '#platform'
import { MOVED } from '../migrations/migrate.ts'
import { NEVER } from '../records/lane.ts'
import {
  MovedAlreadyError,
  MoveRefusedError,
  type ContentsTable,
  type LeavingContents,
  type MovedAmount,
  type StoreContents,
} from '../store-contents.ts'
import type { FoundStore } from '../master-key/store-key.ts'
import type { Run } from './connection/pool.ts'
import { storableValue } from './connection/encode-rows.ts'
import { createEntryPieces } from './entry-pieces.ts'
import type { TableProgress } from '../table-progress.ts'
import { MIGRATION_LOCK, migratePostgres } from './migrate-postgres.ts'

export interface FillOptions {
  readonly url: string
  readonly now: () => number
  readonly contents: LeavingContents
  readonly progress: (progress: TableProgress) => void
  readonly failpoint: Failpoint
}

const CONNECT_MS = 5000
/** Migrations put rows here, and every store has them. */
const COMES_WITH = 'plan'

/**
 * Puts all that another store holds into an empty database, in one transaction: all of it is there, or nothing (decisions/a-move-is-one-commit). Rejects with
 * `MoveRefusedError`, or with `MovedAlreadyError` where this store is there.
 */
export async function fillDatabase({ url, now, contents, progress, failpoint }: FillOptions): Promise<MovedAmount> {
  refuseAlike(contents)
  await refuseMovedAway(url)
  const admission = { look: async (found: FoundStore) => refuseStore(found, contents.storeId), confirm() {} }
  await migratePostgres({ url, now, admission })
  const client = new pg.Client({ connectionString: url, application_name: 'posthorn move', connectionTimeoutMillis: CONNECT_MS })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('begin')
    await client.query('set local statement_timeout = 0')
    await client.query('set local idle_in_transaction_session_timeout = 0')
    await client.query('set local synchronous_commit = on')
    // Whoever starts a server on it, or another move, waits for this one, and finds the store.
    await client.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    await refuseRows(client, contents.tables)
    const run: Run = async (statement) => {
      const { rows, rowCount } = await client.query({ ...statement, values: [...statement.values] })
      return { rows, count: rowCount ?? 0 }
    }
    const rows = await copyTables(client, contents.tables, progress)
    const files = await copyFiles(run, { contents, now, progress })
    await client.query(lanesText)
    failpoint('move.filled')
    await contents.leave()
    failpoint('move.left')
    await client.query('commit')
    failpoint('move.committed')
    await client.query('analyze')
    return { rows, ...files }
  } finally {
    await client.end()
  }
}

/** What stands there is the store as it was when it left: older than what is to be moved. */
async function refuseMovedAway(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'posthorn move', connectionTimeoutMillis: CONNECT_MS })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows: tables } = await client.query("select 1 where to_regclass('migration') is not null")
    const { rows } = tables.length === 0 ? { rows: tables } : await client.query('select 1 from migration where name = $1', [MOVED.name])
    if (rows.length > 0)
      throw new MoveRefusedError(
        'The PostgreSQL database (POSTHORN_DATABASE_URL) holds a store as it was when it was moved to SQLite. Name one that is empty.',
      )
  } finally {
    await client.end()
  }
}

/** What tells rows apart must do so there too; else PostgreSQL refuses the second of them, in words of its own and minutes later. */
function refuseAlike(contents: StoreContents): void {
  const alike = contents.alikeWithoutZero()
  if (alike.length === 0) return
  throw new MoveRefusedError(
    `PostgreSQL cannot keep a zero character (NUL) and has U+FFFD in its place, so these would be the same as others that are there: ${alike.join('; ')}. Rename or remove them with the server of this folder, or wait until they are removed with age, and move then.`,
  )
}

/** Tables that a move left empty when it was killed are none. */
function refuseStore(found: FoundStore, storeId: string): null {
  if (found.kind === 'none' || (found.kind === 'keyless' && found.sealed.length === 0)) return null
  if (found.kind === 'keyed' && found.key.storeId === storeId) throw new MovedAlreadyError('The store is in this database already.')
  throw new MoveRefusedError('The PostgreSQL database (POSTHORN_DATABASE_URL) holds a store already. Name one that is empty.')
}

async function refuseRows(client: pg.Client, tables: readonly ContentsTable[]): Promise<void> {
  const asked = tables
    .filter(({ name }) => name !== COMES_WITH)
    .map(({ name }) => `select '${name}' as name where exists (select 1 from ${quoted(name)})`)
  const { rows } = await client.query<{ name: string }>(asked.join(' union all '))
  if (rows.length === 0) return
  const names = rows.map(({ name }) => name).join(', ')
  throw new MoveRefusedError(
    `The PostgreSQL database (POSTHORN_DATABASE_URL) is not empty: there are rows in ${names}. Name one that is empty.`,
  )
}

async function copyTables(client: pg.Client, tables: readonly ContentsTable[], progress: FillOptions['progress']): Promise<number> {
  await client.query(`delete from ${quoted(COMES_WITH)}`)
  let all = 0
  for (const table of tables) {
    const text = await insertText(client, table)
    let rows = 0
    for await (const page of table.pages()) {
      await client.query({ text, values: table.columns.map((_, i) => page.map((row) => storableValue(row[i]))) })
      rows += page.length
      progress({ table: table.name, rows, done: false })
    }
    progress({ table: table.name, rows, done: true })
    all += rows
  }
  return all
}

/** A column a parameter, as a list of what stands in it. */
async function insertText(client: pg.Client, { name, columns }: ContentsTable): Promise<string> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select column_name as name, data_type as type from information_schema.columns where table_schema = current_schema() and table_name = $1`,
    [name],
  )
  const types = new Map(rows.map((row) => [row.name, row.type]))
  const lists = columns.map((column, i) => {
    const type = types.get(column)
    if (type === undefined) throw new Error(`The database has no column ${name}.${column}.`)
    return `$${i + 1}::${type}[]`
  })
  return `insert into ${quoted(name)} (${columns.map(quoted).join(', ')}) select * from unnest(${lists.join(', ')})`
}

async function copyFiles(
  run: Run,
  { contents, now, progress }: Pick<FillOptions, 'contents' | 'now' | 'progress'>,
): Promise<Pick<MovedAmount, 'files' | 'filesMissing'>> {
  const pieces = createEntryPieces({ run, read: run, firstIdAt: String, now })
  let files = 0
  let filesMissing = 0
  for await (const { id, bytes } of contents.files()) {
    if (bytes === undefined) {
      filesMissing++
      continue
    }
    const writer = await pieces.create(id)
    for await (const part of bytes) await writer.write(part)
    await writer.finish()
    progress({ table: 'files', rows: ++files, done: false })
  }
  progress({ table: 'files', rows: files, done: true })
  return { files, filesMissing }
}

/** The one process of an embedded store has in memory when a lane is due; here it stands in its row, and nobody owns any. */
const lanesText = `
update lane l set owner = null, epoch = 0, next_due = greatest(
  coalesce((select min(t.due) from task t where t.lane = l.lane), ${NEVER}), l.circuit_until, l.blocked_until, l.throttled_until)`

function quoted(name: string): string {
  return pg.escapeIdentifier(name)
}
