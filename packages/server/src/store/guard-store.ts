import { sleep, type Clock } from '#platform'
import { guardFiles } from './guard-files.ts'
import type { Query } from './kysely-dialect.ts'
import { CommitUnknownError } from './port/commit-unknown-error.ts'
import type { Store } from './store.ts'
import type { StoreGuard } from './store-guard.ts'
import { errorOf } from './store-health.ts'

/** The health check answers within so long, also when the database does not. */
const PROBE_MS = 3000
/** What a probe takes where the store was full: a small write may fit where nothing else does. */
const ROOM_BYTES = 1024 * 1024

type Operation = Exclude<
  keyof Store,
  'engine' | 'isShared' | 'logs' | 'queries' | 'statements' | 'onChange' | 'files' | 'hint' | 'onHint' | 'health' | 'close'
>

interface Kind {
  /** Refused while writes are. */
  readonly writes: boolean
  /** Its success shows that writes work. */
  readonly shows: boolean
}

/** Goes on while writes are refused. */
const read: Kind = { writes: false, shows: false }
const write: Kind = { writes: true, shows: false }
/** A synced commit. */
const commit: Kind = { writes: true, shows: true }

/** All of them: an operation that stood nowhere would hand out its engine's errors. What takes work is a write: what is done and cannot be written down would be done again. */
const kinds: Readonly<Record<Operation, Kind>> = {
  changes: read,
  beat: read,
  loadDeliveries: read,
  heldRuns: read,
  loadRuns: read,
  replies: read,
  mutate: commit,
  accept: commit,
  acceptAnew: commit,
  answerRuns: commit,
  commitRuns: commit,
  commitRunsAnew: commit,
  settle: commit,
  openSession: write,
  reap: write,
  closeSession: write,
  freeLanes: write,
  adoptRuns: write,
  wakeDueRuns: write,
  enterGate: write,
  openGates: write,
  dueSchedules: read,
  startScheduled: write,
  claim: write,
  refill: write,
  release: write,
  begin: write,
  reserve: write,
  cancelRuns: write,
  cancelDeliveries: write,
  resend: write,
  advanceReplay: write,
  retain: write,
  purgeEntries: write,
}

/**
 * The one place where errors of an engine become errors for callers: a fault of the disk or the server is reported to the process's health,
 * and rejects with an `AppError` of its code; a lost answer stays `CommitUnknownError`. What is wrong with us passes as it is.
 */
export function guardStore(store: Store, guard: StoreGuard): Store {
  const { health } = guard
  const guarded: Record<string, unknown> = {}
  for (const [name, kind] of Object.entries(kinds)) guarded[name] = guardCall(store[name as Operation] as Call, guard, kind)

  const probe = async () => {
    if (health.refusal !== undefined) throw errorOf(health.refusal)
    const wantsRoom = health.wantsRoom
    const answer = await store.health(wantsRoom ? ROOM_BYTES : 0)
    health.wrote()
    if (wantsRoom) health.hadRoom()
    if (health.trouble !== undefined) throw errorOf(health.trouble)
    return answer
  }
  return {
    ...store,
    ...guarded,
    files: guardFiles(store.files, guard),
    health: () => withinTime(guardCall(probe, guard, read)() as ReturnType<Store['health']>, guard.clock),
  }
}

/** Reads of management and logs. */
export function guardQuery(query: Query, guard: StoreGuard): Query {
  return (sql, parameters) => query(sql, parameters).catch((error: unknown) => rethrow(guard, error, false))
}

type Call = (...parameters: unknown[]) => Promise<unknown>

function guardCall(call: Call, guard: StoreGuard, { writes, shows }: Kind): Call {
  const { health } = guard
  const failed = (error: unknown) => rethrow(guard, error, writes)
  const done = (result: unknown) => {
    health.wrote()
    return result
  }
  return (...parameters) => {
    const refusal = writes ? health.refusal : undefined
    if (refusal !== undefined) return Promise.reject(errorOf(refusal))
    return call(...parameters).then(shows ? done : undefined, failed)
  }
}

function rethrow({ faultOf, health, advice }: StoreGuard, error: unknown, writes: boolean): never {
  const fault = faultOf(error)
  if (fault === undefined) throw error
  health.failed(fault, { error, advice: advice[fault] })
  // Nobody has to find out what became of a read.
  if (writes && error instanceof CommitUnknownError) throw error
  throw errorOf({ code: `store_${fault}` }, error)
}

async function withinTime<T>(work: Promise<T>, clock: Clock): Promise<T> {
  const late = new AbortController()
  try {
    const answer = await Promise.race([work, sleep(clock, PROBE_MS, late.signal).then(() => undefined)])
    if (answer !== undefined) return answer
  } finally {
    late.abort()
  }
  throw errorOf({ code: 'store_unavailable', detail: `The store did not take a write within ${PROBE_MS / 1000} seconds.` })
}
