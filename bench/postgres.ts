import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { startPostgres } from '../test/support/postgres-cluster.ts'

/** A server to make databases on: the one in POSTHORN_BENCH_DATABASE_URL, else one of our own, with fsync on and the defaults otherwise. */
export interface PostgresServer {
  readonly version: string
  freshDatabase(): Promise<string>
  stop(): Promise<void>
}

export async function openPostgres(): Promise<PostgresServer> {
  const given = process.env['POSTHORN_BENCH_DATABASE_URL']
  const cluster = given === undefined ? await startPostgres() : undefined
  const url = given ?? cluster!.url
  return {
    version: String(await query(url, 'SHOW server_version')),
    async freshDatabase() {
      const name = `posthorn_bench_${randomBytes(6).toString('hex')}`
      await query(url, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`)
      return Object.assign(new URL(url), { pathname: `/${name}` }).href
    },
    stop: async () => cluster?.stop(),
  }
}

async function query(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0]
  } finally {
    await client.end()
  }
}
