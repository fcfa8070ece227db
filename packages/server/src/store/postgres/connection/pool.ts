import pg from 'pg'
import type { Log } from '#platform'
import { CommitUnknownError } from '../../port/commit-unknown-error.ts'

/** One statement, always as a prepared one if it has a name. */
export interface Statement {
  readonly name?: string
  readonly text: string
  readonly values: readonly unknown[]
}

export type Rows = readonly Readonly<Record<string, unknown>>[]
export type Run = (statement: Statement) => Promise<{ readonly rows: Rows; readonly count: number }>

/**
 * Connections that heal. One that breaks, answers late, or turns out to be read-only (a standby after a failover) is dropped, and with
 * it all that were opened before: they lead to the same server. New ones are only taken into use if they can write.
 */
export interface Pool {
  /** One statement as a transaction of its own. */
  run: Run
  /** Several statements as one transaction. The server ends it if we fall silent in it. */
  transaction<T>(work: (run: Run) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Shared by the pools of a process: connections opened before the last fault of any are suspect. */
export interface Suspicion {
  generation: number
}

export interface PoolOptions {
  readonly url: string
  readonly name: string
  readonly connectionsMax: number
  /** The server ends a statement after this long; the client gives its connection up `graceMs` later. */
  readonly statementTimeoutMs: number
  readonly graceMs?: number
  /** Further `set` statements for each connection. */
  readonly settings: readonly string[]
  /** It serves reads only, so a server that is set to be read only will do; a standby never, which may be behind. */
  readonly readsOnly?: boolean
  readonly suspicion: Suspicion
  readonly log: Pick<Log, 'info' | 'warn'>
}

/** The pool waits for what is to be done on a new connection, though its types do not say so. */
type AwaitedOnConnect = Omit<pg.PoolConfig, 'onConnect'> & { readonly onConnect: (client: pg.ClientBase) => Promise<void> }

const CONNECT_MS = 5000
const IDLE_MS = 60_000
const GRACE_MS = 2000
const SILENT_TRANSACTION_MS = 5000

export const types = {
  // Integers to 2^53 are all that the store keeps, so that sums and counts of Kysely are numbers as in SQLite.
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC) return Number
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

export function createPool(options: PoolOptions): Pool {
  const { suspicion, log } = options
  const generations = new WeakMap<pg.PoolClient, number>()
  const config: AwaitedOnConnect = {
    connectionString: options.url,
    application_name: `posthorn ${options.name}`,
    max: options.connectionsMax,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
    allowExitOnIdle: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: CONNECT_MS,
    query_timeout: options.statementTimeoutMs + (options.graceMs ?? GRACE_MS),
    types,
    onConnect: (client) => prepare(client, options),
  }
  const pool = new pg.Pool(config)
  pool.on('error', (error) => log.info('store.connection.lost', { pool: options.name, error: error.message }))
  pool.on('connect', (client) => {
    generations.set(client, suspicion.generation)
    // While it is in use its faults also reject the statement; without a listener they would end the process.
    client.on('error', () => {})
  })

  const checkOut = async (): Promise<pg.PoolClient> => {
    for (;;) {
      const client = await pool.connect().catch((error: unknown) => {
        throw new UnreachableError(error)
      })
      if (generations.get(client) === suspicion.generation) return client
      client.release(true)
    }
  }

  /** Gives the connection back, or up. */
  const checkIn = (client: pg.PoolClient, error: unknown): void => {
    const broken = error instanceof BrokenError || error instanceof CommitUnknownError || sqlState(error) === READ_ONLY
    if (broken) {
      log.warn('store.connection.dropped', { pool: options.name, error: String(error) })
      if (generations.get(client) === suspicion.generation) suspicion.generation++
    }
    client.release(broken)
  }

  const withClient = async <T>(work: (run: Run) => Promise<T>): Promise<T> => {
    const client = await checkOut()
    try {
      const result = await work(runOn(client))
      checkIn(client, undefined)
      return result
    } catch (error) {
      checkIn(client, error)
      throw error
    }
  }

  return {
    async run(statement) {
      try {
        return await withClient((run) => run(statement))
      } catch (error) {
        throw error instanceof BrokenError ? unknown(error) : error
      }
    },
    transaction: (work) => withClient((run) => transact(run, work)),
    close: () => pool.end(),
  }
}

function runOn(client: pg.PoolClient): Run {
  return async ({ name, text, values }) => {
    try {
      const { rows, rowCount } = await client.query({ text, values: values as unknown[], ...(name === undefined ? {} : { name }) })
      return { rows: rows ?? [], count: rowCount ?? 0 }
    } catch (error) {
      throw endsConnection(error) ? new BrokenError(error, client) : error
    }
  }
}

async function transact<T>(run: Run, work: (run: Run) => Promise<T>): Promise<T> {
  let result: T
  try {
    await run({ text: 'begin', values: [] })
    result = await work(run)
  } catch (error) {
    // A broken connection needs no word from us: the server rolls back.
    if (!(error instanceof BrokenError)) await run({ text: 'rollback', values: [] })
    throw error
  }
  try {
    await run({ text: 'commit', values: [] })
  } catch (error) {
    throw error instanceof BrokenError ? unknown(error) : error
  }
  return result
}

/** What each connection needs before its first statement, and whether it leads to a server that takes writes. */
async function prepare(client: pg.ClientBase, { statementTimeoutMs, settings, readsOnly = false }: PoolOptions): Promise<void> {
  const set = [
    'set synchronous_commit = on',
    'set jit = off',
    `set statement_timeout = ${statementTimeoutMs}`,
    `set idle_in_transaction_session_timeout = ${SILENT_TRANSACTION_MS}`,
    // A server that lost us (a half-open connection) must not hold our locks.
    'set tcp_keepalives_idle = 5',
    'set tcp_keepalives_interval = 2',
    'set tcp_keepalives_count = 3',
    ...settings,
  ]
  await client.query(set.join(';'))
  const { rows } = await client.query<{ standby: boolean; read_only: string; pid: number; started_at: string }>(
    `select pg_is_in_recovery() as standby, current_setting('transaction_read_only') as read_only, pid, backend_start::text as started_at
     from pg_stat_activity where pid = pg_backend_pid()`,
  )
  const row = rows[0]!
  backends.set(client, { pid: row.pid, startedAt: row.started_at })
  if (row.standby || (row.read_only !== 'off' && !readsOnly)) throw new ReadOnlyServerError()
}

/** A standby, or a database that is set to be read only. */
export class ReadOnlyServerError extends Error {
  constructor() {
    super('The database server does not take writes (a standby?).')
    this.name = 'ReadOnlyServerError'
  }
}

/** No connection could be had: nothing was sent. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super('the database cannot be reached', { cause })
    this.name = 'UnreachableError'
  }
}

/** The connection is of no more use. Outside a transaction it is unknown what became of the statement; inside one, nothing was kept. */
export class BrokenError extends Error {
  readonly backend: Backend | undefined

  constructor(cause: unknown, client: pg.ClientBase) {
    super('the connection to the database broke', { cause })
    this.name = 'BrokenError'
    this.backend = backends.get(client)
  }
}

/** A server process as no other: process ids are used again. */
export interface Backend {
  readonly pid: number
  readonly startedAt: string
}

const backends = new WeakMap<pg.ClientBase, Backend>()

/** The server process that still may be working on a statement whose outcome is unknown. */
export function backendOf(error: CommitUnknownError): Backend | undefined {
  return unknownBackends.get(error)
}

const unknownBackends = new WeakMap<CommitUnknownError, Backend>()

function unknown(error: BrokenError): CommitUnknownError {
  const result = new CommitUnknownError(error.cause)
  if (error.backend !== undefined) unknownBackends.set(result, error.backend)
  return result
}

const READ_ONLY = '25006'

export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

function endsConnection(error: unknown): boolean {
  const state = sqlState(error)
  // Connection exceptions and operator intervention; a statement that was cancelled (57014) leaves its session alive.
  if (state !== undefined) return /^(08|57P)/.test(state)
  // What the client cannot encode was never sent.
  return !(error instanceof TypeError || error instanceof RangeError)
}
