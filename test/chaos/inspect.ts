import Database from 'better-sqlite3'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Product } from '../support/product.ts'

/** What the store holds after the program has stopped: read with nothing of the program's own code. */
export interface StoreState {
  /** GitHub ids of accepted requests, and event ids of messages. */
  readonly accepted: ReadonlySet<string>
  readonly waitingTasks: number
  readonly unfinishedRuns: number
  /** Lanes with work that nobody will ever look at. */
  readonly strandedLanes: number
  /** Deliveries whose attempts are not numbered 1, 2, 3, ... */
  readonly gaps: number
  readonly deliveriesByStatus: Readonly<Record<string, number>>
}

const queries = {
  accepted: "select headers from request where status = 'accepted'",
  messages: 'select event_id from message where event_id is not null',
  tasks: 'select count(*) as n from task',
  runs: "select count(*) as n from run where status in ('queued', 'running', 'waiting')",
  gaps: 'select count(*) as n from (select delivery_id from attempt group by delivery_id having max(n) <> count(*) or min(n) <> 1) x',
  statuses: 'select status, count(*) as n from delivery group by status',
  // In SQLite lanes are scheduled from memory, rebuilt at start: no lane can be stranded on disk.
  stranded:
    'select count(*) as n from lane where state = 0 and owner is null and next_due = 9007199254740991 and exists (select 1 from task where task.lane = lane.lane)',
}

type Row = Readonly<Record<string, unknown>>

export async function inspectStore(product: Product): Promise<StoreState> {
  const { run, close } = product.databaseUrl === undefined ? openSqlite(product.folder) : await openPostgres(product.databaseUrl)
  try {
    const number = async (sql: string) => Number((await run(sql))[0]!['n'])
    return {
      accepted: new Set([
        ...(await run(queries.accepted)).map((row) => githubId(String(row['headers']))),
        ...(await run(queries.messages)).map((row) => String(row['event_id'])),
      ]),
      waitingTasks: await number(queries.tasks),
      unfinishedRuns: await number(queries.runs),
      strandedLanes: product.databaseUrl === undefined ? 0 : await number(queries.stranded),
      gaps: await number(queries.gaps),
      deliveriesByStatus: Object.fromEntries((await run(queries.statuses)).map((row) => [String(row['status']), Number(row['n'])])),
    }
  } finally {
    await close()
  }
}

function githubId(headers: string): string {
  const found = (JSON.parse(headers) as [string, string][]).find(([name]) => name.toLowerCase() === 'x-github-delivery')
  return found?.[1] ?? ''
}

function openSqlite(folder: string) {
  const db = new Database(join(folder, 'posthorn.db'), { readonly: true, fileMustExist: true })
  return { run: async (sql: string) => db.prepare(sql).all() as Row[], close: async () => void db.close() }
}

async function openPostgres(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  return { run: async (sql: string) => (await client.query(sql)).rows as Row[], close: () => client.end() }
}
