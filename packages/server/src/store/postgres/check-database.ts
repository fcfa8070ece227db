import pg from 'pg'
import type { CheckedTable, StoreCheck } from '../store-check.ts'
import { faultOf } from './connection/fault-of.ts'

const CONNECT_MS = 5000

/**
 * Reads all of the database and says which tables are damaged, with the extension amcheck where it is installed; beside servers that run,
 * too. It changes nothing, so it does not install it.
 */
export async function checkDatabase(url: string): Promise<StoreCheck> {
  const { hostname, port, pathname } = new URL(url)
  const client = new pg.Client({ connectionString: url, application_name: 'posthorn check', connectionTimeoutMillis: CONNECT_MS })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('set default_transaction_read_only = on')
    const amcheck = (await client.query("select 1 from pg_extension where extname = 'amcheck'")).rows.length > 0
    const { rows } = await client.query<{ table: string }>(
      `select tablename as "table" from pg_tables where schemaname = current_schema() order by 1`,
    )
    const tables: CheckedTable[] = []
    for (const { table } of rows) tables.push({ table, faults: await faultsOf(client, table, amcheck) })
    const notes = amcheck ? [] : ['Indexes were not looked at: run "create extension amcheck" in the database, and check again.']
    return { engine: 'postgres', place: `${hostname}:${port === '' ? '5432' : port}${pathname}`, tables, faults: [], notes }
  } finally {
    await client.end()
  }
}

async function faultsOf(client: pg.Client, table: string, amcheck: boolean): Promise<string[]> {
  const name = client.escapeIdentifier(table)
  // As text, every value is read whole, also what is kept outside of its row.
  const faults = await faultsFound(client, `select count(t::text) from ${name} t`)
  if (!amcheck) return faults
  const heap = `select 'page ' || blkno || ', row ' || coalesce(offnum::text, '?') || ': ' || msg as fault from verify_heapam('${name}'::regclass)`
  const indexes = `select bt_index_check(i.indexrelid, true) from pg_index i join pg_class c on c.oid = i.indexrelid
    join pg_am a on a.oid = c.relam and a.amname = 'btree' where i.indrelid = '${name}'::regclass`
  return [...faults, ...(await faultsFound(client, heap)), ...(await faultsFound(client, indexes))]
}

/** What a statement finds, or what keeps it from looking. */
async function faultsFound(client: pg.Client, text: string): Promise<string[]> {
  try {
    const { rows } = await client.query<{ fault?: string }>(text)
    return rows.flatMap(({ fault }) => fault ?? [])
  } catch (error) {
    // An index that does not fit its table, says amcheck, is XX002; a page that cannot be read is an error of the disk.
    const isIo = error instanceof pg.DatabaseError && error.code?.startsWith('58')
    if (faultOf(error) !== 'corrupt' && !isIo) throw error
    return [(error as Error).message]
  }
}
