import pg from 'pg'
import type { EntryId } from '#domain'
import { sleep, type Clock } from '#platform'
import { MOVED } from '../migrations/migrate.ts'
import { migrations } from '../migrations/migrations.ts'
import { MovedAlreadyError, MoveRefusedError, type ContentsFile, type ContentsTable, type StoreContents } from '../store-contents.ts'
import { types, type Run } from './connection/pool.ts'
import { createEntryPieces } from './entry-pieces.ts'
import { MIGRATION_LOCK } from './migrate-postgres.ts'

/** What only this database has need of, or what each store says of itself. */
const OWN = ['migration', 'health', 'session', 'entry_piece']
const PAGE_ROWS_MAX = 500
const PAGE_BYTES = 4 * 1024 * 1024
const FILES_PAGE = 500
const CONNECT_MS = 5000
/** A session whose beat stood still for so long is of a process that is gone, or has lost that life already. */
const DEAD_MS = 6000

export interface ReadOptions {
  readonly url: string
  readonly clock: Clock
}

export interface MarkedContents extends StoreContents {
  /** What it is marked with in the end: which of several copies is the one that it was moved to. */
  readonly mark: number
}

/**
 * Takes the database for itself: no node may be alive, and who starts one waits. All is read in the transaction that marks it as moved in the
 * end. Rejects with `MoveRefusedError`, or with `MovedAlreadyError` where that was done.
 */
export async function readDatabase({ url, clock }: ReadOptions): Promise<MarkedContents> {
  const client = new pg.Client({ connectionString: url, application_name: 'posthorn move', connectionTimeoutMillis: CONNECT_MS, types })
  client.on('error', () => {})
  try {
    await client.connect()
    await refuseOthers(client)
    await refuseNodes(client, clock)
    return await contentsOf(client, clock.now())
  } catch (error) {
    await client.end()
    throw error
  }
}

async function refuseOthers(client: pg.Client): Promise<void> {
  const { rows: tables } = await client.query(
    `select 1 where to_regclass('migration') is not null and to_regclass('store_key') is not null`,
  )
  if (tables.length === 0) throw new MoveRefusedError('The PostgreSQL database (POSTHORN_DATABASE_URL) holds no store of Posthorn.')
  const { rows } = await client.query<{ version: number; name: string; applied_at: number }>(
    'select version, name, applied_at from migration order by version',
  )
  const moved = rows.find(({ name }) => name === MOVED.name)
  if (moved !== undefined) throw new MovedAlreadyError('The store of this database was moved to SQLite already.', moved.applied_at)
  if (rows.map(({ version }) => version).join() !== migrations.map(({ version }) => version).join())
    throw new MoveRefusedError(
      'The store of this PostgreSQL database was made by another release. Start this one on it once, stop it, and move it then.',
    )
}

/** A process that was killed left its session alive, which beats no more. */
async function refuseNodes(client: pg.Client, clock: Clock): Promise<void> {
  const beats = async () =>
    (await client.query<{ beat: string }>(`select id || ' ' || beat as beat from session where alive = 1`)).rows.map(({ beat }) => beat)
  const before = await beats()
  if (before.length === 0) return
  await sleep(clock, DEAD_MS)
  const others = (await beats()).filter((beat) => !before.includes(beat))
  if (others.length > 0)
    throw new MoveRefusedError(
      `The PostgreSQL database is in use by ${others.length} Posthorn process${others.length === 1 ? '' : 'es'}. Stop all of them first.`,
    )
}

async function contentsOf(client: pg.Client, mark: number): Promise<MarkedContents> {
  await client.query('begin isolation level repeatable read')
  await client.query('set local statement_timeout = 0')
  await client.query('set local idle_in_transaction_session_timeout = 0')
  await client.query('set local synchronous_commit = on')
  await client.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
  await client.query('update session set alive = 0')
  const { rows: keys } = await client.query<{ store_id: string }>('select store_id from store_key where id = 1')
  if (keys[0] === undefined) throw new MoveRefusedError('The store of this PostgreSQL database has not been used yet.')
  const run: Run = async (statement) => {
    const { rows, rowCount } = await client.query({ ...statement, values: [...statement.values] })
    return { rows, count: rowCount ?? 0 }
  }
  return {
    mark,
    place: 'the PostgreSQL database',
    storeId: keys[0].store_id,
    tables: await tablesOf(client),
    // Here none was ever kept.
    alikeWithoutZero: () => [],
    files: () => filesOf(client, run),
    async retire() {
      const { version, name } = MOVED
      await client.query('insert into migration (version, name, applied_at, ends_older) values ($1, $2, $3, 1)', [version, name, mark])
      await dropFunctions(client)
      await client.query('commit')
      await client.end()
    },
    close: () => client.end(),
  }
}

/** A process that slept through all of this could still accept something with them. The next start that is let in makes them anew. */
async function dropFunctions(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select oid::regprocedure::text as name from pg_proc where pronamespace = current_schema()::regnamespace and proname ~ '^ph_[0-9a-f]{10}_'`,
  )
  for (const { name } of rows) await client.query(`drop function if exists ${name} cascade`)
}

async function tablesOf(client: pg.Client): Promise<ContentsTable[]> {
  // xid8 is for other processes, of which an embedded store has none.
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select c.table_name as name, array_agg(c.column_name::text order by c.ordinal_position) as columns
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.data_type <> 'xid8' and not c.table_name = any($1)
     group by c.table_name order by c.table_name`,
    [OWN],
  )
  return rows.map(({ name, columns }) => ({ name, columns, pages: () => pagesOf(client, name, columns) }))
}

/** As many rows at a time as those before them let expect some megabytes of. */
async function* pagesOf(client: pg.Client, name: string, columns: readonly string[]): AsyncIterable<readonly (readonly unknown[])[]> {
  const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ')
  await client.query(`declare contents no scroll cursor for select ${list} from ${pg.escapeIdentifier(name)}`)
  for (let most = 10; ;) {
    const { rows } = await client.query<unknown[]>({ text: `fetch ${most} from contents`, rowMode: 'array' })
    if (rows.length === 0) break
    yield rows
    const bytes = rows.reduce((sum, row) => sum + row.reduce<number>((of, value) => of + sizeOf(value), 0), 1)
    most = Math.max(1, Math.min(PAGE_ROWS_MAX, Math.floor((PAGE_BYTES * rows.length) / bytes)))
  }
  await client.query('close contents')
}

function sizeOf(value: unknown): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 0
}

async function* filesOf(client: pg.Client, run: Run): AsyncIterable<ContentsFile> {
  const pieces = createEntryPieces({ run, read: run, firstIdAt: String, now: () => 0 })
  for (let last = ''; ;) {
    const { rows } = await client.query<{ id: EntryId; bytes: number; there: boolean }>(
      `select e.id, e.bytes, exists (select 1 from entry_piece p where p.entry_id = e.id) as there
       from entry e where e.id > $1 and e.removed_at is null order by e.id limit ${FILES_PAGE}`,
      [last],
    )
    for (const { id, bytes, there } of rows) yield there ? { id, bytes: pieces.read(id, { start: 0, end: bytes }) } : { id }
    if (rows.length < FILES_PAGE) return
    last = rows.at(-1)!.id
  }
}
