import pg from 'pg'
import { systemClock } from '#platform'
import { silentLog } from '#platform/testing'
import { named, openPostgres, type PostgresOptions } from '#store/postgres'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { worldOver, type Subject } from '../conformance/subject.ts'

export interface PostgresSubjects {
  /** A store on the emptied database. One at a time. */
  open(options?: Partial<PostgresOptions>): Promise<Subject & { readonly url: string }>
  drop(): Promise<void>
}

/** Stores on one database that is emptied for each test, because making it takes longer than most tests. */
export async function createPostgresSubjects(): Promise<PostgresSubjects> {
  const { url, drop } = await freshDatabase()
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return {
    async open(options) {
      const store = await openPostgres({ url, clock: systemClock, log: silentLog, ...options })
      await empty(client)
      let shift = 0
      await shiftClock(client, shift)
      return {
        url,
        store,
        world: worldOver(store),
        now: async () => Number((await client.query(named('select posthorn.now_ms() as now'))).rows[0].now),
        async advance(ms) {
          shift += ms
          await shiftClock(client, shift)
        },
        close: () => store.close(),
      }
    },
    async drop() {
      await client.end()
      await drop()
    },
  }
}

/** The store's clock is a function of the database, so it is moved by replacing it. */
async function shiftClock(client: pg.Client, ms: number): Promise<void> {
  await client.query(
    named(`create or replace function posthorn.now_ms() returns bigint language sql volatile as $$
      select (extract(epoch from clock_timestamp()) * 1000)::bigint + ${ms} $$`),
  )
}

async function empty(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'migration'`,
  )
  // The plans that come with the program come with its tables.
  await client.query(rows.map(({ name }) => `delete from ${name}${name === 'plan' ? ' where built_in = 0' : ''}`).join(';'))
}
