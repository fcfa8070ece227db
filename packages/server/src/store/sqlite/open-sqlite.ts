import { renameSync, rmSync } from 'node:fs'
import type { Database, Statement } from 'better-sqlite3'
import type { Clock, Log } from '#platform'
import type { Query } from '../kysely-dialect.ts'
import { createQueries } from '../queries/create-queries.ts'
import { createLogs } from '../queries/logs/create-logs.ts'
import { createTables, keepTables } from '../queries/tables.ts'
import { createStatements } from '../statements/create-statements.ts'
import { guardQuery, guardStore, type StoreGuard } from '../guard-store.ts'
import type { Admission } from '../store-key.ts'
import { TAKES_ALL } from '../port/sessions.ts'
import type { Store } from '../store.ts'
import { createStoreHealth, type StoreHealth } from '../store-health.ts'
import { prepareAccept } from './commits/accept.ts'
import { prepareCommitAnew } from './commits/commit-anew.ts'
import { prepareBegin } from './lanes/begin.ts'
import { prepareClaiming } from './lanes/claim.ts'
import { prepareCommitRuns } from './commits/commit-runs.ts'
import { createConfiguration } from './configuration.ts'
import { prepareDeliveries } from './deliveries.ts'
import type { Engine } from './engine.ts'
import { adviceAbout, faultOf } from './file/fault-of.ts'
import { KnownLanes } from './lanes/known-lanes.ts'
import { lockFolder } from './file/lock-folder.ts'
import { prepareMutate } from './mutate.ts'
import { makeFolder, openFile } from './file/open-file.ts'
import { prepareReplays } from './replays.ts'
import { prepareQuota } from './lanes/reserve.ts'
import { prepareRetention } from './retain.ts'
import { prepareRuns } from './runs.ts'
import { countCrash, createSessions } from './lanes/sessions.ts'
import { prepareSettle } from './commits/settle.ts'
import { createSteadyClock } from './steady-clock.ts'
import { createTransaction } from './writes/transaction.ts'
import { watchFiles, type FileWatch } from './file/watch-files.ts'
import { WriteQueue, type Failpoint } from './writes/write-queue.ts'

export interface SqliteOptions {
  /** Made if it is not there. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  readonly health?: StoreHealth
  /** Handed the open file, for tests that make it fail. */
  readonly opened?: ((db: Database) => void) | undefined
  /** Whether this process may have what is in the folder. Absent in tests: it may. */
  readonly admission?: Admission
  /** Called where a crash matters, for tests. */
  readonly failpoint?: Failpoint
  /** Runs a flush at the end of the turn; replaced in simulations. */
  readonly schedule?: (flush: () => void) => void
  /** Lanes without work that stay in memory. */
  readonly idleLanesMax?: number
}

/**
 * The embedded store: one file, one process, one thread. Reads and writes run to their end within a turn of the event loop, so no
 * transaction is ever seen half-way. Nothing is leased on disk: this process is the only one, and whoever held something when the
 * file was last open is dead.
 *
 * Rejects with `FolderInUseError`, `StoreRefusedError` or `NewerDatabaseError`.
 */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  const { folder, log, failpoint, schedule, admission } = options
  const clock = createSteadyClock(options.clock)
  makeFolder(folder)
  const unlock = lockFolder(folder)
  try {
    const db = await openFile({ folder, clock, admission })
    options.opened?.(db)
    if (countCrash(db, clock.now())) log.warn('store.crash.found')
    const engine = createEngine(db, { ...options, clock })
    const health = options.health ?? createStoreHealth({ clock, log })
    const files = watchFiles({ folder, health, checkpoint: () => void db.pragma('wal_checkpoint(FULL)') })
    const queue = new WriteQueue({ transaction: engine.transaction, clock, failpoint, files, schedule })
    const guard = { health, faultOf, advice: adviceAbout(db.name), clock }
    return guardStore(createStore({ engine, queue, files, unlock, guard, log }), guard)
  } catch (error) {
    unlock()
    throw error
  }
}

function createEngine(db: Database, { clock, log, idleLanesMax }: SqliteOptions): Engine {
  const transaction = createTransaction(db)
  const lanes = new KnownLanes(db, transaction, idleLanesMax)
  const sessions = createSessions({ db, transaction, clock, lanes })
  return { db, clock, transaction, lanes, sessions, configuration: createConfiguration(db, transaction, log) }
}

interface Parts {
  readonly engine: Engine
  readonly queue: WriteQueue
  readonly files: FileWatch
  readonly log: Pick<Log, 'warn' | 'error'>
  readonly unlock: () => void
  readonly guard: StoreGuard
}

function createStore(parts: Parts): Store {
  const { engine, queue, files, guard } = parts
  const { db, sessions, configuration } = engine
  const { write, remember } = queue
  const quota = prepareQuota(engine)
  const mutate = prepareMutate(engine, quota)
  const accept = prepareAccept(engine)
  const commitRuns = prepareCommitRuns(engine)
  const settle = prepareSettle(engine)
  const tables = createTables('sqlite', guardQuery(createQuery(db), guard))
  const commitAnew = prepareCommitAnew(engine, tables.db)
  const claiming = prepareClaiming(engine)
  const begin = prepareBegin(engine)
  const runs = prepareRuns(engine)
  const deliveries = prepareDeliveries(engine)
  const advanceReplay = prepareReplays(engine, deliveries)
  const retention = prepareRetention(engine)
  const probe = prepareProbe(engine)
  /** What the last probe took is given back first, or it would fit into its own room. */
  const probeRoom = async (bytes: number): Promise<void> => {
    await write(() => probe(0))
    await write(() => probe(bytes))
  }
  let closing: Promise<void> | undefined

  return {
    engine: 'sqlite',
    ...keepTables(tables),
    logs: createLogs(tables),
    queries: createQueries(tables),
    statements: createStatements(tables),
    mutate: (mutation) => write(() => mutate(mutation)),
    onChange: configuration.onChange,
    // There is no other process to tell, or to be told by.
    hint() {},
    onHint() {},
    changes: async (since) => configuration.changes(since),

    openSession: (id, takes = TAKES_ALL) => write(() => sessions.open(id, takes)),
    async beat(id) {
      files.look()
      return sessions.beat(id)
    },
    reap: (dead, seen) => write(() => sessions.reap(dead, seen)),
    closeSession: (id) => write(() => sessions.close(id)),
    freeLanes: (dead, most) => write(() => sessions.freeLanes(dead, most)),
    adoptRuns: (session, most) => write(() => runs.adopt(session, most)),

    accept: (session, operations) => write(() => accept(session, operations)),
    acceptAnew: (session, operations) => write(() => commitAnew(operations, (made) => accept(session, made))),
    commitRuns: (session, commits) => write(() => commitRuns(session, commits)),
    commitRunsAnew: (session, commits) => write(() => commitAnew(commits, (made) => commitRuns(session, made))),
    settle: (session, settlements, lanes) => write(() => settle(session, settlements, lanes)),

    claim: (session, lanesMax, tasksMax) => remember(() => claiming.claim(session, { lanesMax, tasksMax })),
    refill: (session, wanted) => remember(() => claiming.refill(session, wanted)),
    release: (session, lanes) => remember(() => claiming.release(session, lanes)),
    begin: (session, task) => write(() => begin(session, task)),
    reserve: (session, wanted) => write(() => quota.reserve(session, wanted)),
    loadDeliveries: async (ids) => deliveries.load(ids),

    heldRuns: async (session, after, most) => runs.held(session, after, most),
    loadRuns: async (ids) => runs.load(ids),
    replies: async (ids) => runs.replies(ids),
    answerRuns: (answers) => write(() => runs.answer(answers)),
    cancelRuns: (ids) => write(() => deliveries.cancelRuns(ids)),
    cancelDeliveries: (ids, wake = null) => write(() => deliveries.cancel(ids, wake)),
    resend: (ids) => write(() => deliveries.resend(ids)),
    advanceReplay: (step) => write(() => advanceReplay(step)),

    retain: (before, most) => retention.retain(before, most, write),
    async health(roomBytes = 0) {
      if (roomBytes > 0) await probeRoom(roomBytes)
      await write(() => probe(0))
      return { oldestDueMs: claiming.oldestDueMs() }
    },
    close: () => (closing ??= close(parts)),
  }
}

async function close({ engine: { db }, queue, files, unlock, guard, log }: Parts): Promise<void> {
  await queue.close()
  files.look()
  const { loss } = files
  const isWhole = loss === undefined || loss.which === 'lock' || (loss.which === 'wal' && loss.how !== 'cut')
  try {
    if (isWhole) {
      db.prepare('delete from session').run()
      db.pragma('wal_checkpoint(TRUNCATE)')
    } else rescue(db, log)
  } catch (error) {
    // A disk that takes nothing more has been told of. The next start finds what a crash would have left.
    if (guard.faultOf(error) === undefined) throw error
  } finally {
    // Closing brings the log into the main file and removes it by its name: not where it was cut short, or another one has its name.
    if (isWhole || loss.how === 'moved') {
      db.close()
      files.close()
    }
    unlock()
  }
}

/** What the next start would not find is put beside it, whole or not at all. */
function rescue(db: Database, log: Pick<Log, 'warn' | 'error'>): void {
  const path = `${db.name}.rescued`
  try {
    rmSync(`${path}.draft`, { force: true })
    db.prepare('vacuum into ?').run(`${path}.draft`)
    renameSync(`${path}.draft`, path)
    log.warn('store.files.rescued', { path })
  } catch (error) {
    log.error('store.files.not_rescued', { path, error })
  }
}

/** Kysely's queries are many and alike: the last ones stay prepared. */
const STATEMENTS_MAX = 256

function createQuery(db: Database): Query {
  const prepared = new Map<string, Statement<unknown[]>>()
  return async (sql, parameters) => {
    let statement = prepared.get(sql)
    if (statement === undefined) {
      statement = db.prepare(sql)
      if (!statement.readonly) throw new Error(`Queries only read: ${sql.slice(0, 80)}`)
      if (prepared.size >= STATEMENTS_MAX) prepared.delete(prepared.keys().next().value!)
    }
    prepared.delete(sql)
    prepared.set(sql, statement)
    return statement.all(...parameters)
  }
}

/** For the health check: a real write of so many bytes, read back. It throws if the disk does not take it. */
function prepareProbe({ db, clock }: Engine): (roomBytes: number) => void {
  const put = db.prepare(`insert into health (id, at, room) values (1, @now, iif(@bytes = 0, null, zeroblob(@bytes)))
    on conflict (id) do update set at = excluded.at, room = excluded.room`)
  const read = db.prepare<[], number>('select at from health where id = 1').pluck()
  return (bytes) => {
    const now = clock.now()
    put.run({ now, bytes })
    if (read.get() !== now) throw new Error('The store does not give back what was written to it.')
  }
}
