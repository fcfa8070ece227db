import { randomFillSync } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { createIds } from '../packages/server/src/domain/index.ts'
import type { DataPlace } from './product.ts'

const HOUR_MS = 3_600_000
/** As far as the log goes back. */
const SPAN_MS = 10 * 24 * HOUR_MS
/** Rows of one statement or transaction. */
const BATCH = 5000

/** A log as months of use leave it, written straight into the store: no API makes it in minutes. */
export interface Filling {
  readonly application: string
  readonly endpoints: readonly string[]
  /** Deliveries that wait for their next attempt, and that were delivered; each has had `attemptsEach`. */
  readonly waiting: number
  readonly delivered: number
  readonly attemptsEach: number
}

/** The program must not run. Resolves with how many attempts there are. */
export async function fill(place: DataPlace, filling: Filling): Promise<number> {
  const writer = place.databaseUrl === undefined ? openSqlite(place.folder) : await openPostgres(place.databaseUrl)
  const rows = collect(writer)
  const total = filling.waiting + filling.delivered
  const now = Date.now()
  const start = now - SPAN_MS
  let time = start
  const ids = createIds({ now: () => time, fill: (target) => randomFillSync(target) })
  for (let i = 0; i < total; i++) {
    time = start + Math.floor((SPAN_MS * i) / total)
    // The oldest: where a search from the newest comes last.
    const waits = i < filling.waiting
    const endpoint = filling.endpoints[i % filling.endpoints.length]!
    const [message, delivery] = [ids.make('msg'), ids.make('dlv')]
    const due = now + HOUR_MS + i
    await rows.message.add([message, filling.application, time])
    const state = waits ? ['waiting', due, null, 503, 'http_503'] : ['delivered', null, time, 200, null]
    await rows.delivery.add([delivery, filling.application, endpoint, endpoint, message, filling.attemptsEach, time, time, ...state])
    if (waits) await rows.task.add([endpoint, due, delivery])
    for (let n = 1; n <= filling.attemptsEach; n++) {
      const ok = !waits && n === filling.attemptsEach
      const outcome = ok ? [1, 200, null] : [0, 503, 'http_503']
      await rows.attempt.add([ids.make('atmpt'), filling.application, delivery, endpoint, message, n, time, ...outcome])
    }
  }
  for (const table of Object.values(rows)) await table.flush()
  await writer.close()
  return total * filling.attemptsEach
}

type Value = string | number | null

interface Table {
  readonly name: string
  readonly columns: Readonly<Record<string, 'text' | 'int'>>
  /** The same in every row; SQL. */
  readonly fixed: Readonly<Record<string, string>>
}

const headers = JSON.stringify({ 'content-type': 'application/json', 'user-agent': 'Posthorn/1', 'webhook-id': 'msg_', date: 'Sun' })
const tables = {
  message: {
    name: 'message',
    columns: { id: 'text', application_id: 'text', created_at: 'int' },
    fixed: { event_type: `'bench.filled'`, payload: 'PAYLOAD' },
  },
  delivery: {
    name: 'delivery',
    columns: {
      ...{ id: 'text', application_id: 'text', lane: 'text', endpoint_id: 'text', message_id: 'text', attempts: 'int' },
      ...{ created_at: 'int', first_attempt_at: 'int', status: 'text', next_at: 'int', finished_at: 'int' },
      ...{ last_status: 'int', last_failure: 'text' },
    },
    fixed: { event_type: `'bench.filled'`, retries: '0', retry_in_seen: '0' },
  },
  task: { name: 'task', columns: { lane: 'text', due: 'int', delivery: 'text' }, fixed: { manual: '0' } },
  attempt: {
    name: 'attempt',
    columns: {
      ...{ id: 'text', application_id: 'text', delivery_id: 'text', endpoint_id: 'text', message_id: 'text', n: 'int' },
      ...{ started_at: 'int', ok: 'int', status: 'int', failure: 'text' },
    },
    fixed: {
      ...{ event_type: `'bench.filled'`, manual: '0', duration_ms: '12', url: `'https://receiver.example.com/webhooks'` },
      ...{ phases: `'{"dnsMs":1,"connectMs":2,"tlsMs":3,"waitMs":5,"readMs":1}'`, request_headers: `'${headers}'` },
      ...{ response_headers: `'{"content-type":"text/plain"}'`, response_truncated: '0' },
    },
  },
} satisfies Record<string, Table>

interface Writer {
  write(table: Table, rows: readonly (readonly Value[])[]): Promise<void>
  close(): Promise<void>
}

function collect(writer: Writer) {
  const collected = (table: Table) => {
    let rows: Value[][] = []
    const flush = async () => {
      const full = rows
      rows = []
      if (full.length > 0) await writer.write(table, full)
    }
    const add = async (row: Value[]) => {
      if (rows.push(row) === BATCH) await flush()
    }
    return { add, flush }
  }
  const { message, delivery, task, attempt } = tables
  return { message: collected(message), delivery: collected(delivery), task: collected(task), attempt: collected(attempt) }
}

const payload = Buffer.from(JSON.stringify({ n: 1, data: 'x'.repeat(100) })).toString('hex')

function openSqlite(folder: string): Writer {
  const db = new Database(join(folder, 'posthorn.db'))
  db.pragma('synchronous = off')
  const statements = new Map<Table, Database.Statement>()
  const prepare = (table: Table) => {
    const [names, fixed] = [Object.keys(table.columns), Object.values(table.fixed)]
    const values = [...names.map(() => '?'), ...fixed].join(', ').replace('PAYLOAD', `x'${payload}'`)
    const made = db.prepare(`insert into ${table.name} (${[...names, ...Object.keys(table.fixed)].join(', ')}) values (${values})`)
    statements.set(table, made)
    return made
  }
  const write = db.transaction((table: Table, rows: readonly (readonly Value[])[]) => {
    const statement = statements.get(table) ?? prepare(table)
    for (const row of rows) statement.run(...row)
  })
  return {
    write: async (table, rows) => write(table, rows),
    async close() {
      db.pragma('wal_checkpoint(TRUNCATE)')
      db.close()
    },
  }
}

async function openPostgres(url: string): Promise<Writer> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('set synchronous_commit = off')
  return {
    async write(table, rows) {
      const names = Object.keys(table.columns)
      const arrays = Object.values(table.columns).map((type, i) => `$${i + 1}::${type === 'int' ? 'bigint' : 'text'}[]`)
      const fixed = Object.values(table.fixed).join(', ').replace('PAYLOAD', `'\\x${payload}'::bytea`)
      await client.query({
        name: table.name,
        text: `insert into ${table.name} (${[...names, ...Object.keys(table.fixed)].join(', ')})
          select x.*, ${fixed} from unnest(${arrays.join(', ')}) x`,
        values: names.map((_, i) => rows.map((row) => row[i])),
      })
    },
    async close() {
      // What the program keeps on each lane, and what its server finds out by itself in time.
      await client.query(
        `update lane l set next_due = t.due from (select lane, min(due) due from task group by lane) t where t.lane = l.lane`,
      )
      await client.query('vacuum analyze')
      await client.end()
    },
  }
}
