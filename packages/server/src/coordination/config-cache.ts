import assert from 'node:assert/strict'
import { isId, type ApplicationId } from '#domain'
import type { Clock, Log, Timer } from '#platform'
import type { ApplicationSnapshot, Store } from '#store'

export interface ConfigCacheOptions {
  readonly store: Pick<Store, 'queries' | 'isShared' | 'onChange' | 'changes'>
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  /** Rows of all snapshots together; the one not used for longest goes first. */
  readonly rowsMax?: number
}

/** Rows of all snapshots together, unless the options say otherwise. */
const ROWS_MAX = 500_000
const POLL_MS = 1000
const ABSENT_MS = 1000
const ABSENT_MAX = 10_000

interface Flight {
  readonly promise: Promise<ApplicationSnapshot | undefined>
  /** Applications that changed while it was under way: what it brings of them is not kept. */
  readonly changed: Set<ApplicationId | null>
}

/**
 * What ingest, flows, delivery and api read on the hot path instead of the tables.
 *
 *   still    --start(), on a store that others write too--> watching: asks once a second what changed
 *   watching --stop()--> still
 *
 * An application: unknown --asked for--> being loaded --it is there--> known, the one used last at the end
 *                                                     --it is not--> absent for a second
 *                 known   --it changed, or is too much--> unknown
 *
 * What must hold: what is known was not changed since it was read, as far as this process knows. So what changed while it was being loaded
 * is handed to who asked before the change, and not kept; who asks after it does not join that load.
 */
export class ConfigCache {
  readonly #options: ConfigCacheOptions
  readonly #rowsMax: number
  /** In order of use. */
  readonly #snapshots = new Map<ApplicationId, ApplicationSnapshot>()
  /** The last of them. */
  #newest: ApplicationSnapshot | undefined
  #rows = 0
  readonly #idsByUid = new Map<string, ApplicationId>()
  /** Until when, in monotonic time. */
  readonly #absent = new Map<string, number>()
  readonly #joinable = new Map<string, Flight>()
  readonly #flights = new Set<Flight>()
  #revision = 0
  #isWatching = false
  #since = 0
  #timer: Timer | undefined

  constructor(options: ConfigCacheOptions) {
    this.#options = options
    this.#rowsMax = options.rowsMax ?? ROWS_MAX
    options.store.onChange((id) => this.#invalidate(id))
  }

  /** The present snapshot, loaded if it is not here. Undefined: no such application, or it is deleted. */
  async application(idOrUid: string): Promise<ApplicationSnapshot | undefined> {
    const here = this.peek(idOrUid)
    if (here !== undefined) return here
    const until = this.#absent.get(idOrUid)
    if (until !== undefined) {
      if (this.#options.clock.monotonic() < until) return undefined
      this.#absent.delete(idOrUid)
    }
    return this.#load(idOrUid)
  }

  /** The snapshot if it is here and not known to be old. Never waits. */
  peek(idOrUid: string): ApplicationSnapshot | undefined {
    const id = isId('app', idOrUid) ? idOrUid : this.#idsByUid.get(idOrUid)
    const snapshot = id === undefined ? undefined : this.#snapshots.get(id)
    if (snapshot === undefined || snapshot === this.#newest) return snapshot
    // Re-inserting keeps the order of use; a Map iterates in order of insertion.
    this.#snapshots.delete(snapshot.id)
    this.#snapshots.set(snapshot.id, snapshot)
    return (this.#newest = snapshot)
  }

  /** Another number whenever `peek` may answer something else than before. */
  revision(): number {
    return this.#revision
  }

  /** After a `stale` result: loads anew, unless one newer than `staleVersion` is here already. */
  async refresh(id: ApplicationId, staleVersion?: number): Promise<ApplicationSnapshot | undefined> {
    const here = this.#snapshots.get(id)
    if (here !== undefined && staleVersion !== undefined && here.version > staleVersion) return here
    this.#drop(id)
    return this.#load(id)
  }

  /** Begins to look for changes that other processes made. */
  start(): void {
    if (this.#isWatching || !this.#options.store.isShared) return
    this.#isWatching = true
    this.#watch()
  }

  stop(): void {
    this.#isWatching = false
    this.#timer?.cancel()
  }

  #drop(id: ApplicationId): void {
    const snapshot = this.#snapshots.get(id)
    if (snapshot === undefined) return
    this.#revision++
    this.#snapshots.delete(id)
    if (snapshot === this.#newest) this.#newest = undefined
    this.#rows -= rowsOf(snapshot)
    if (snapshot.uid !== null && this.#idsByUid.get(snapshot.uid) === id) this.#idsByUid.delete(snapshot.uid)
  }

  #invalidate(id: ApplicationId | null): void {
    if (id !== null) this.#drop(id)
    this.#absent.clear()
    for (const flight of this.#flights) flight.changed.add(id)
    this.#joinable.clear()
  }

  #keep(snapshot: ApplicationSnapshot): void {
    this.#drop(snapshot.id)
    this.#revision++
    this.#snapshots.set(snapshot.id, snapshot)
    this.#newest = snapshot
    if (snapshot.uid !== null) this.#idsByUid.set(snapshot.uid, snapshot.id)
    this.#rows += rowsOf(snapshot)
    for (const oldest of this.#snapshots.keys()) {
      if (this.#rows <= this.#rowsMax || oldest === snapshot.id) break
      this.#drop(oldest)
    }
    assert(this.#rows > 0, 'what is known counts')
  }

  #load(key: string): Promise<ApplicationSnapshot | undefined> {
    const joined = this.#joinable.get(key)
    if (joined !== undefined) return joined.promise
    const changed = new Set<ApplicationId | null>()
    const promise = this.#options.store.queries.applications.snapshot(key).then((snapshot) => {
      if (snapshot === undefined) this.#noteAbsent(key, changed.size > 0)
      else if (!changed.has(snapshot.id)) this.#keep(snapshot)
      return snapshot
    })
    const flight: Flight = { promise, changed }
    this.#flights.add(flight)
    this.#joinable.set(key, flight)
    const landed = (): void => {
      this.#flights.delete(flight)
      if (this.#joinable.get(key) === flight) this.#joinable.delete(key)
    }
    promise.then(landed, landed)
    return promise
  }

  /** What changed meanwhile may have been the making of it. */
  #noteAbsent(key: string, hasChanged: boolean): void {
    if (hasChanged) return
    if (this.#absent.size >= ABSENT_MAX) this.#absent.clear()
    this.#absent.set(key, this.#options.clock.monotonic() + ABSENT_MS)
  }

  readonly #watch = (): void => {
    const { clock, log } = this.#options
    this.#poll()
      .catch((error: unknown) => log.warn('store.config.poll_failed', { error }))
      .finally(() => {
        if (this.#isWatching) this.#timer = clock.after(POLL_MS, this.#watch)
      })
  }

  /** A change is polled for as long as any transaction older than it runs, so versions are compared before a snapshot is dropped. */
  async #poll(): Promise<void> {
    const { store } = this.#options
    const { until, applications } = await store.changes(this.#since)
    const here = applications.filter((id) => this.#snapshots.has(id))
    const current = here.length === 0 ? [] : await store.queries.applications.versions(here)
    const versions = new Map(current.map((row) => [row.id, row.deleted_at === null ? row.version : -1]))
    for (const id of here) if (this.#snapshots.get(id)?.version !== versions.get(id)) this.#invalidate(id)
    for (const flight of this.#flights) for (const id of applications) flight.changed.add(id)
    this.#since = until
  }
}

function rowsOf(snapshot: ApplicationSnapshot): number {
  const { endpoints, listeners, flows, secrets, connections } = snapshot
  let rows = 1 + endpoints.length + listeners.length + flows.length + secrets.length + connections.length
  for (const endpoint of endpoints) rows += endpoint.secrets.length
  return rows
}
