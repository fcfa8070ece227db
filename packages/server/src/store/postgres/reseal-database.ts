import pg from 'pg'
import { sleep, systemClock, type Failpoint } from '#platform'
import type { Query } from '../kysely-dialect.ts'
import { postgresDialect } from '../migrations/sql-dialect.ts'
import { resealStore, type ResealedAmount } from '../master-key/reseal-store.ts'
import { StoreRefusedError, type KeyChange } from '../master-key/store-key.ts'
import type { TableProgress } from '../table-progress.ts'
import { MIGRATION_LOCK } from './migrate-postgres.ts'

export interface ResealDatabaseOptions {
  readonly url: string
  readonly change: KeyChange
  readonly progress: (progress: TableProgress) => void
  readonly failpoint: Failpoint
}

const CONNECT_MS = 5000
const NAME = 'posthorn master-key'
/** The server notices so late at most that a process has ended. */
const WAIT_MS = 1000
const LOOK_MS = 50

/**
 * Seals everything in the database under another key, in one transaction. Null: that was done before. Rejects with `StoreRefusedError`,
 * also where a process of Posthorn is connected.
 */
export async function resealDatabase({ url, change, progress, failpoint }: ResealDatabaseOptions): Promise<ResealedAmount | null> {
  const client = new pg.Client({ connectionString: url, application_name: NAME, connectionTimeoutMillis: CONNECT_MS })
  client.on('error', () => {})
  try {
    await client.connect()
    const amount = await resealStore({
      ...{ dialect: postgresDialect, query: queryOn(client), change, progress },
      async transaction(work) {
        await begin(client)
        const result = await work(() => endSessions(client))
        failpoint('key.resealed')
        await client.query('commit')
        return result
      },
    })
    failpoint('key.committed')
    await change.settle()
    return amount
  } finally {
    await client.end()
  }
}

async function begin(client: pg.Client): Promise<void> {
  await client.query('begin')
  await client.query('set local statement_timeout = 0')
  await client.query('set local idle_in_transaction_session_timeout = 0')
  await client.query('set local synchronous_commit = on')
  // A page finds its rows by their keys, whatever the statistics say.
  for (const way of ['seqscan', 'hashjoin', 'mergejoin']) await client.query(`set local enable_${way} = off`)
  // Whoever starts waits for this, and then looks at the new check value.
  await client.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
  await refuseProcesses(client)
}

async function refuseProcesses(client: pg.Client): Promise<void> {
  const until = systemClock.monotonic() + WAIT_MS
  for (;;) {
    await client.query('select pg_stat_clear_snapshot()')
    const { rows } = await client.query<{ place: string }>(
      `select distinct coalesce(host(client_addr), 'the same machine') as place from pg_stat_activity
       where datname = current_database() and application_name like 'posthorn %' and application_name not in ('${NAME}', 'posthorn check')`,
    )
    if (rows.length === 0) return
    if (systemClock.monotonic() >= until) {
      const places = rows.map(({ place }) => place).join(', ')
      throw new StoreRefusedError(
        `Posthorn processes are connected to the PostgreSQL database (POSTHORN_DATABASE_URL), from ${places}. Stop all of them first.`,
      )
    }
    await sleep(systemClock, LOOK_MS)
  }
}

/**
 * A process that could not reach the database meanwhile, or stood still, has the old key: its life is over, and the next one is refused
 * where it begins. Who is just beginning one waits for the lock.
 */
async function endSessions(client: pg.Client): Promise<void> {
  await client.query('lock table session in exclusive mode')
  await client.query('update session set alive = 0 where alive = 1')
}

function queryOn(client: pg.Client): Query {
  return async (sql, parameters) => {
    let n = 0
    return (
      await client.query(
        sql.replaceAll('?', () => `$${++n}`),
        [...parameters],
      )
    ).rows as unknown[]
  }
}
