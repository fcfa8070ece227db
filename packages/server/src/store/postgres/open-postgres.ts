import type { Clock, Log } from '#platform'
import { guardStore } from '../guard-store.ts'
import type { Admission } from '../master-key/store-key.ts'
import type { Store } from '../store.ts'
import { createStoreHealth, type StoreHealth } from '../store-health.ts'
import { createEncodeRows } from './connection/encode-rows.ts'
import { createPool } from './connection/pool.ts'
import { createStore } from './create-store.ts'
import { advice, faultOf } from './connection/fault-of.ts'
import { Hints } from './connection/hints.ts'
import { migratePostgres } from './migrate-postgres.ts'

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
/** Pieces of files are large, and must not keep connections from what is small. */
const FILE_CONNECTIONS_MAX = 2
const FILE_TIMEOUT_MS = 30_000
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
  const { rowTypes, admitted } = await migratePostgres({ url, now: clock.now, admission: options.admission })
  const encode = createEncodeRows(rowTypes)
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
  const files = createPool({
    ...shared,
    name: 'files',
    connectionsMax: FILE_CONNECTIONS_MAX,
    statementTimeoutMs: FILE_TIMEOUT_MS,
    settings: [],
  })
  // A server that takes no writes still shows what it has.
  const fileReads = createPool({
    ...shared,
    name: 'file_reads',
    connectionsMax: FILE_CONNECTIONS_MAX,
    statementTimeoutMs: FILE_TIMEOUT_MS,
    settings: [],
    readsOnly: true,
  })
  const guard = { health: options.health ?? createStoreHealth({ clock, log }), faultOf, advice, clock }
  return guardStore(
    createStore({ hot, read, pulse, files, fileReads, hints: new Hints(options), encode, admitted, clock, log, guard }),
    guard,
  )
}
