import { isId, type ApplicationId } from '#domain'
import type { Clock, Log, Timer } from '#platform'
import { loadSnapshot, type ApplicationSnapshot, type Store } from '#store'

/** What ingest, flows, delivery and api read on the hot path instead of the tables. */
export interface ConfigCache {
  /** The present snapshot, loaded if it is not here. Undefined: no such application, or it is deleted. */
  application(idOrUid: string): Promise<ApplicationSnapshot | undefined>
  /** The snapshot if it is here and not known to be old. Never waits. */
  peek(idOrUid: string): ApplicationSnapshot | undefined
  /** Another number whenever `peek` may answer something else than before. */
  revision(): number
  /** After a `stale` result: loads anew, unless one newer than `staleVersion` is here already. */
  refresh(id: ApplicationId, staleVersion?: number): Promise<ApplicationSnapshot | undefined>
  /** Begins to look for changes that other processes made (PostgreSQL only). */
  start(): void
  stop(): void
}

export interface ConfigCacheOptions {
  readonly store: Pick<Store, 'db' | 'engine' | 'onChange' | 'changes'>
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  /** Rows of all snapshots together; the one not used for longest goes first. */
  readonly rowsMax?: number
}

/** Memoises what a room makes of a snapshot (compiled filters, routes, unsealed secrets) for as long as the snapshot lives. */
export function derive<T>(compile: (snapshot: ApplicationSnapshot) => T): (snapshot: ApplicationSnapshot) => T {
  const made = new WeakMap<ApplicationSnapshot, { readonly value: T }>()
  return (snapshot) => {
    let entry = made.get(snapshot)
    if (entry === undefined) made.set(snapshot, (entry = { value: compile(snapshot) }))
    return entry.value
  }
}

const POLL_MS = 1000
const ABSENT_MS = 1000
const ABSENT_MAX = 10_000

interface Flight {
  readonly promise: Promise<ApplicationSnapshot | undefined>
  /** Applications that changed while it was under way: what it brings of them is not kept. */
  readonly changed: Set<ApplicationId | null>
}

export function createConfigCache(options: ConfigCacheOptions): ConfigCache {
  const { store, clock, log, rowsMax = 500_000 } = options
  const snapshots = new Map<ApplicationId, ApplicationSnapshot>() // in order of use
  const idsByUid = new Map<string, ApplicationId>()
  const absent = new Map<string, number>() // until when, monotonic
  const joinable = new Map<string, Flight>()
  const flights = new Set<Flight>()
  let newest: ApplicationSnapshot | undefined // the last in `snapshots`
  let rows = 0
  let revision = 0
  let since = 0
  let timer: Timer | undefined
  let stopped = true

  const drop = (id: ApplicationId): void => {
    const snapshot = snapshots.get(id)
    if (snapshot === undefined) return
    revision++
    snapshots.delete(id)
    if (snapshot === newest) newest = undefined
    rows -= rowsOf(snapshot)
    if (snapshot.uid !== null && idsByUid.get(snapshot.uid) === id) idsByUid.delete(snapshot.uid)
  }

  const invalidate = (id: ApplicationId | null): void => {
    if (id !== null) drop(id)
    absent.clear()
    for (const flight of flights) flight.changed.add(id)
    joinable.clear()
  }

  const keep = (snapshot: ApplicationSnapshot): void => {
    drop(snapshot.id)
    revision++
    snapshots.set(snapshot.id, snapshot)
    newest = snapshot
    if (snapshot.uid !== null) idsByUid.set(snapshot.uid, snapshot.id)
    rows += rowsOf(snapshot)
    for (const oldest of snapshots.keys()) {
      if (rows <= rowsMax || oldest === snapshot.id) break
      drop(oldest)
    }
  }

  const load = (key: string): Promise<ApplicationSnapshot | undefined> => {
    const joined = joinable.get(key)
    if (joined !== undefined) return joined.promise
    const changed = new Set<ApplicationId | null>()
    const promise = loadSnapshot(store.db, key).then((snapshot) => {
      if (snapshot === undefined) {
        if (changed.size === 0) {
          if (absent.size >= ABSENT_MAX) absent.clear()
          absent.set(key, clock.monotonic() + ABSENT_MS)
        }
      } else if (!changed.has(snapshot.id)) keep(snapshot)
      return snapshot
    })
    const flight: Flight = { promise, changed }
    flights.add(flight)
    joinable.set(key, flight)
    const landed = () => {
      flights.delete(flight)
      if (joinable.get(key) === flight) joinable.delete(key)
    }
    promise.then(landed, landed)
    return promise
  }

  const peek = (idOrUid: string): ApplicationSnapshot | undefined => {
    const id = isId('app', idOrUid) ? idOrUid : idsByUid.get(idOrUid)
    const snapshot = id === undefined ? undefined : snapshots.get(id)
    if (snapshot === undefined || snapshot === newest) return snapshot
    // Re-inserting keeps the order of use; a Map iterates in order of insertion.
    snapshots.delete(snapshot.id)
    snapshots.set(snapshot.id, snapshot)
    return (newest = snapshot)
  }

  /** A change is polled for as long as any transaction older than it runs, so versions are compared before a snapshot is dropped. */
  const poll = async (): Promise<void> => {
    const { until, applications } = await store.changes(since)
    const here = applications.filter((id) => snapshots.has(id))
    const current =
      here.length === 0
        ? []
        : await store.db.selectFrom('application').select(['id', 'version', 'deleted_at']).where('id', 'in', here).execute()
    const versions = new Map(current.map((row) => [row.id, row.deleted_at === null ? row.version : -1]))
    for (const id of here) if (snapshots.get(id)?.version !== versions.get(id)) invalidate(id)
    for (const flight of flights) for (const id of applications) flight.changed.add(id)
    since = until
  }

  const tick = (): void => {
    poll()
      .catch((error: unknown) => log.warn('store.config.poll_failed', { error }))
      .finally(() => {
        if (!stopped) timer = clock.after(POLL_MS, tick)
      })
  }

  store.onChange(invalidate)
  return {
    peek,
    revision: () => revision,
    async application(idOrUid) {
      const here = peek(idOrUid)
      if (here !== undefined) return here
      const until = absent.get(idOrUid)
      if (until !== undefined) {
        if (clock.monotonic() < until) return undefined
        absent.delete(idOrUid)
      }
      return load(idOrUid)
    },
    async refresh(id, staleVersion) {
      const here = snapshots.get(id)
      if (here !== undefined && staleVersion !== undefined && here.version > staleVersion) return here
      drop(id)
      return load(id)
    },
    start() {
      if (!stopped || store.engine !== 'postgres') return
      stopped = false
      tick()
    },
    stop() {
      stopped = true
      timer?.cancel()
    },
  }
}

function rowsOf(snapshot: ApplicationSnapshot): number {
  let rows = 1 + snapshot.endpoints.length + snapshot.listeners.length + snapshot.flows.length + snapshot.secrets.length
  for (const endpoint of snapshot.endpoints) rows += endpoint.secrets.length
  return rows
}
