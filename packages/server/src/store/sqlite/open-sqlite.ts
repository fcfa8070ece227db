import type { Database, Statement } from 'better-sqlite3'
import { Kysely } from 'kysely'
import type { Clock, Log } from '#platform'
import { createReadDialect, type Query } from '../kysely-dialect.ts'
import type { Schema } from '../schema.ts'
import { TAKES_ALL, type Store } from '../store.ts'
import { prepareAccept } from './accept.ts'
import { prepareMakingAnew } from './make-anew.ts'
import { prepareBegin } from './begin.ts'
import { prepareClaiming } from './claim.ts'
import { prepareCommitRuns } from './commit-runs.ts'
import { createConfiguration } from './configuration.ts'
import { prepareDeliveries } from './deliveries.ts'
import type { Engine } from './engine.ts'
import { createLanes } from './lanes.ts'
import { lockFolder } from './lock-folder.ts'
import { prepareMutate } from './mutate.ts'
import { makeFolder, openFile } from './open-file.ts'
import { prepareReplays } from './replays.ts'
import { prepareQuota } from './reserve.ts'
import { prepareRetention } from './retain.ts'
import { prepareRuns } from './runs.ts'
import { countCrash, createSessions } from './sessions.ts'
import { prepareSettle } from './settle.ts'
import { createSteadyClock } from './steady-clock.ts'
import { createTransaction } from './transaction.ts'
import { createWriteQueue, type Failpoint, type WriteQueue } from './write-queue.ts'

export interface SqliteOptions {
  /** Made if it is not there. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
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
 * Rejects with `FolderInUseError` or `NewerDatabaseError`.
 */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  const { folder, log, failpoint, schedule } = options
  const clock = createSteadyClock(options.clock)
  makeFolder(folder)
  const unlock = lockFolder(folder)
  try {
    const db = await openFile(folder, clock)
    if (countCrash(db, clock.now())) log.warn('store.crash.found')
    const engine = createEngine(db, { ...options, clock })
    const queue = createWriteQueue({ transaction: engine.transaction, clock, log, failpoint, schedule })
    return createStore(engine, queue, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

function createEngine(db: Database, { clock, log, idleLanesMax }: SqliteOptions): Engine {
  const transaction = createTransaction(db)
  const lanes = createLanes(db, transaction, idleLanesMax)
  const sessions = createSessions({ db, transaction, clock, lanes })
  return { db, clock, transaction, lanes, sessions, configuration: createConfiguration(db, transaction, log) }
}

function createStore(engine: Engine, queue: WriteQueue, unlock: () => void): Store {
  const { db, sessions, configuration } = engine
  const { write, remember } = queue
  const quota = prepareQuota(engine)
  const mutate = prepareMutate(engine, quota)
  const accept = prepareAccept(engine)
  const commitRuns = prepareCommitRuns(engine)
  const settle = prepareSettle(engine)
  const reads = new Kysely<Schema>({ dialect: createReadDialect('sqlite', createQuery(db)) })
  const anew = prepareMakingAnew(engine, reads)
  const claiming = prepareClaiming(engine)
  const begin = prepareBegin(engine)
  const runs = prepareRuns(engine)
  const deliveries = prepareDeliveries(engine)
  const advanceReplay = prepareReplays(engine, deliveries)
  const retention = prepareRetention(engine)
  const probe = prepareProbe(engine)
  let closing: Promise<void> | undefined

  return {
    engine: 'sqlite',
    db: reads,
    mutate: (mutation) => write(() => mutate(mutation)),
    onChange: configuration.onChange,
    // There is no other process to tell, or to be told by.
    hint() {},
    onHint() {},
    changes: async (since) => configuration.changes(since),

    openSession: (id, takes = TAKES_ALL) => write(() => sessions.open(id, takes)),
    beat: async (id) => sessions.beat(id),
    reap: (dead, seen) => write(() => sessions.reap(dead, seen)),
    closeSession: (id) => write(() => sessions.close(id)),
    freeLanes: (dead, most) => write(() => sessions.freeLanes(dead, most)),
    adoptRuns: (session, most) => write(() => runs.adopt(session, most)),

    accept: (session, operations) => write(() => accept(session, operations)),
    acceptAnew: (session, operations) => write(() => anew(operations, (made) => accept(session, made))),
    commitRuns: (session, commits) => write(() => commitRuns(session, commits)),
    commitRunsAnew: (session, commits) => write(() => anew(commits, (made) => commitRuns(session, made))),
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
    async health() {
      await write(probe)
      return { oldestDueMs: claiming.oldestDueMs() }
    },
    close: () => (closing ??= close(engine, queue, unlock)),
  }
}

async function close({ db }: Engine, queue: WriteQueue, unlock: () => void): Promise<void> {
  await queue.close()
  try {
    db.prepare('delete from session').run()
    db.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
    unlock()
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
      if (!statement.readonly) throw new Error(`Store.db only reads: ${sql.slice(0, 80)}`)
      if (prepared.size >= STATEMENTS_MAX) prepared.delete(prepared.keys().next().value!)
    }
    prepared.delete(sql)
    prepared.set(sql, statement)
    return statement.all(...parameters)
  }
}

/** For the health check: a real write, read back. It throws if the disk does not take it. */
function prepareProbe({ db, clock }: Engine): () => void {
  const put = db.prepare('insert into health (id, at) values (1, ?) on conflict (id) do update set at = excluded.at')
  const read = db.prepare<[], number>('select at from health where id = 1').pluck()
  return () => {
    const now = clock.now()
    put.run(now)
    if (read.get() !== now) throw new Error('The store does not give back what was written to it.')
  }
}
