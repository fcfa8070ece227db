import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { connect } from 'node:net'
import { Client } from 'pg'
import { inject } from 'vitest'

export { startPostgres, type Cluster } from './postgres-cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the runner tells the URL of the run's cluster, and starts it for the first who asks; see `global-setup.ts`. */
    postgresSocket: string
  }
}

export interface FreshDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** A new, empty database of one's own, sorted by code points (collation C) as the store expects. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const admin = await administratorUrl()
  const name = `posthorn_test_${randomBytes(6).toString('hex')}`
  await statement(admin, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`)
  const url = new URL(admin)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => statement(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

async function administratorUrl(): Promise<string> {
  const given = process.env['POSTHORN_TEST_DATABASE_URL']
  if (given) return given
  const answer = await text(connect(inject('postgresSocket')))
  if (answer.startsWith('postgres://')) return answer
  throw new Error(answer)
}

async function statement(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
