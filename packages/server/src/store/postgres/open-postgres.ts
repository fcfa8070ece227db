import type { ApplicationId } from '#domain'
import type { Clock, Log } from '#platform'
import { guardQuery, guardStore, type StoreGuard } from '../guard-store.ts'
import { createQueries } from '../queries/create-queries.ts'
import { createLogs } from '../queries/logs/create-logs.ts'
import { createTables, keepTables } from '../queries/tables.ts'
import { createStatements } from '../statements/create-statements.ts'
import type { Admission } from '../store-key.ts'
import { TAKES_ALL } from '../port/sessions.ts'
import type { Store } from '../store.ts'
import { createStoreHealth, type StoreHealth } from '../store-health.ts'
import { answerRuns } from './answer-runs.ts'
import { begin } from './lanes/begin.ts'
import { createCertainty, passes, rereading, retrying } from './connection/certainty.ts'
import { changes } from './changes.ts'
import { claimAndRecall, notOwned, refill, release } from './lanes/claim.ts'
import { cancelDeliveries, cancelRuns, resend } from './deliveries.ts'
import { createEncodeRows, type EncodeRows } from './connection/encode-rows.ts'
import { advice, faultOf } from './connection/fault-of.ts'
import { createGroupCommits } from './commits/group-commits.ts'
import { health } from './health.ts'
import { createHeldLanes } from './lanes/held-lanes.ts'
import { Hints } from './connection/hints.ts'
import { migratePostgres } from './migrate-postgres.ts'
import { mutate } from './mutate.ts'
import { createPool, type Pool } from './connection/pool.ts'
import { heldRuns, loadDeliveries, loadRuns, replies } from './reads.ts'
import { advanceReplay } from './replays.ts'
import { reserve } from './lanes/reserve.ts'
import { createRetention } from './retain.ts'
import { adoptRuns, beat, closeSession, freeLanes, openSession, reap } from './lanes/sessions.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with libpq's parameters behind `?`. */
  readonly url: string
  /** Monotonic time and timers. Times in the store come from the database's clock. */
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  readonly health?: StoreHealth
  /** Whether this process may have what is in the database. Absent in tests: it may. */
  readonly admission?: Admission
  /** Connections for the hot path and for mutations. Reads have `readConnectionsMax` of their own, and the session's beat has one. */
  readonly connectionsMax?: number
  readonly readConnectionsMax?: number
}

const HOT_TIMEOUT_MS = 10_000
const READ_TIMEOUT_MS = 10_000
/** A beat that takes longer is sent again on a new connection, while the session still lives. */
const PULSE_TIMEOUT_MS = 1500
const PULSE_GRACE_MS = 300
/** A beat says that a process lives now. It need not survive a crash, and must not wait for a busy disk. */
const UNSYNCED = ['set synchronous_commit = off']

/**
 * The hot statements find every row by a key, whatever the statistics of a young, emptied or suddenly grown table say: a plan made when
 * `task` was empty walked through all of it for each row of a batch, and a batch took seconds. Scanning is switched off, and their batches
 * are small, so hashing the table's side is never right. What is left is that the server walks through an index, and from the table to the
 * batch; so the statements do not offer it:
 *
 * - What is looked up for each row of a batch is `t.key = any(array[x.key])`. With `t.key = x.key` the order of the index is of use for a
 *   merge, and to the server that alone is a reason to walk through it.
 * - A batch is `unnest(ids) i join t on t.id = any(array[i])`, because `t.id = any(ids)` counts as ten lookups, which a young index in
 *   which `id` comes second seems to undercut. And it is sorted by its own column, not by the table's.
 * - What is compared beside the key is not what another index begins with: `owner is not distinct from ses`.
 *
 * `wrong-statistics.test.ts` counts what they read.
 */
const KEYED = ['set enable_seqscan = off', 'set enable_hashjoin = off', 'set enable_mergejoin = off', 'set enable_bitmapscan = off']
/** Their plans are the same for all parameters, and cost more than many of the statements: left to itself, the server makes some of them at each call. */
const PLANNED_ONCE = ['set plan_cache_mode = force_generic_plan']

/** PostgreSQL 14 or newer, shared by any number of processes. Migrates first; rejects with `StoreRefusedError` or `NewerDatabaseError`. */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const { url, clock, log } = options
  const encode = createEncodeRows(await migratePostgres({ url, now: clock.now, admission: options.admission }))
  const shared = { url, log, suspicion: { generation: 0 } }
  const hot = createPool({
    ...shared,
    name: 'hot',
    connectionsMax: options.connectionsMax ?? 8,
    statementTimeoutMs: HOT_TIMEOUT_MS,
    settings: [...KEYED, ...PLANNED_ONCE],
  })
  const read = createPool({
    ...shared,
    name: 'read',
    connectionsMax: options.readConnectionsMax ?? 4,
    statementTimeoutMs: READ_TIMEOUT_MS,
    settings: [],
    readsOnly: true,
  })
  const pulse = createPool({
    ...{ ...shared, name: 'pulse', connectionsMax: 1, statementTimeoutMs: PULSE_TIMEOUT_MS, graceMs: PULSE_GRACE_MS },
    settings: UNSYNCED,
  })
  const guard = { health: options.health ?? createStoreHealth({ clock, log }), faultOf, advice, clock }
  return guardStore(createStore({ hot, read, pulse, hints: new Hints(options), encode, clock, log, guard }), guard)
}

interface Parts {
  readonly hot: Pool
  readonly read: Pool
  readonly pulse: Pool
  readonly hints: Hints
  readonly encode: EncodeRows
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  readonly guard: StoreGuard
}

function createStore({ hot, read, pulse, hints, encode, clock, log, guard }: Parts): Store {
  const run = retrying(hot.run)
  const beats = retrying(pulse.run)
  const reads = rereading(read.run)
  const loads = rereading(run)
  const certainty = createCertainty({ run, clock, log })
  const held = createHeldLanes()
  const listeners: ((application: ApplicationId | null) => void)[] = []
  const changed = (application: ApplicationId | null): void => {
    for (const listener of listeners) {
      try {
        listener(application)
      } catch (error) {
        // The change is committed: a listener that fails must not make it look undone.
        log.error('store.change_listener.failed', { error })
      }
    }
  }
  const tables = createTables(
    'postgres',
    guardQuery(async (text, values) => (await reads({ text, values })).rows, guard),
  )

  return {
    engine: 'postgres',
    ...keepTables(tables),
    logs: createLogs(tables),
    queries: createQueries(tables),
    statements: createStatements(tables),
    async mutate(mutation) {
      const once = () => mutate({ pool: hot, encode }, mutation)
      const { result, changed: also } = await once().catch((error: unknown) => {
        if (passes(error)) return once()
        throw error
      })
      if (result.kind === 'done') for (const id of [mutation.application?.id ?? null, ...also]) changed(id)
      return result
    },
    onChange: (listener) => void listeners.push(listener),
    changes: (since) => changes(reads, since),

    async openSession(id, takes = TAKES_ALL) {
      hints.listen(id)
      await openSession(beats, id, takes)
    },
    beat: (id) => beat(beats, id),
    reap: (dead, seen) => reap(run, dead, seen),
    closeSession: (id) => closeSession(beats, id),
    async freeLanes(dead, most) {
      held.forget(dead)
      return freeLanes(run, dead, most)
    },
    adoptRuns: (session, most) => adoptRuns(run, session, most),

    ...createGroupCommits({ run, pool: hot, encode, certainty, held, hints, changed }),

    claim: (session, lanesMax, tasksMax) => claimAndRecall({ run, certainty, held }, session, { lanesMax, tasksMax }),
    refill: (session, wanted) => refill(loads, session, wanted),
    async release(session, lanes) {
      const givenBack = held.givingBack(session, lanes)
      // What is no longer owned was released, whether or not the answer came.
      const find = async () => notOwned(run, session, lanes)
      return givenBack(await certainty.commit({ commit: () => release(run, session, lanes), find }))
    },
    begin: (session, task) => begin(run, session, task),
    reserve: (session, wanted) => reserve(run, session, wanted),
    loadDeliveries: (ids) => loadDeliveries(loads, ids),

    heldRuns: (session, after, most) => heldRuns(loads, session, { after, most }),
    loadRuns: (ids) => loadRuns(loads, ids),
    replies: (ids) => replies(loads, ids),
    answerRuns: (answers) => answerRuns(loads, answers),
    hint: (to, hint) => hints.tell(to, hint),
    onHint: (listener) => hints.onHint(listener),
    cancelRuns: (ids) => cancelRuns(run, ids),
    cancelDeliveries: (ids, wake = null) => cancelDeliveries(run, ids, wake),
    resend: (ids) => resend(run, ids),
    advanceReplay: (step) => advanceReplay(run, step),

    retain: createRetention(run),
    async health(roomBytes = 0) {
      const found = await health(run, roomBytes)
      return roomBytes === 0 ? found : health(run, 0)
    },
    async close() {
      await Promise.all([hot.close(), read.close(), pulse.close(), hints.close()])
    },
  }
}
