import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import type { Client } from 'undici'
import type { HostsReached } from './hosts-reached.ts'

/** One socket and the undici client that speaks on it. It never reconnects: whoever finds it closed asks the pool again. */
export interface Connection {
  readonly origin: string
  readonly address: string
  readonly socket: Socket
  readonly client: Client
  /** Hears of what answers over it. */
  readonly reached: Pick<HostsReached, 'note'>
  /** Requests that were sent over it. */
  served: number
  /** A request is under way whose response has not begun, or with interim ones only. */
  awaitsHead: boolean
}

/** Somebody who wants to send. */
export interface Claim {
  readonly origin: string
  readonly addresses: readonly string[]
  /** Only a new connection will do, because an old one just failed. */
  readonly fresh: boolean
  /** What `take` could not give at once: a connection, or the right to open one. */
  granted(grant: Grant): void
}

/** `open`: open a connection, then `add` it; or give the right back with `forgo`. */
export type Grant = Connection | 'open'

/** What is known of one origin. */
interface Origin {
  /** Places of its that are taken. */
  open: number
  readonly idle: Connection[]
  readonly line: Set<Claim>
}

/**
 * Connections by origin, reused last in, first out, within a limit for each origin and one for all. Who finds no place waits in
 * line: in its origin's line while that origin is full, else in the line of all. A place that becomes free goes to the line of all
 * first, so that a busy origin cannot starve the others; at the limit of all, the connection idle for longest makes room.
 *
 * A claim:      --take()--> granted; or in one of the two lines --a place or a connection is free--> granted
 *                                                              --leave()--> gone
 * A place:      free --granted as 'open'--> being opened --add()--> a connection's, until its socket has closed --> free
 *                                                        --forgo()--> free
 * A connection: in use --release()--> idle, or handed to who waits --take()--> in use
 *               any    --its socket closes--> forgotten, its place free
 * The pool:     open --close()--> closing: every connection is destroyed, also those that are added from then on --no place is taken--> closed
 *
 * What must hold: each place that is taken is freed once, by `forgo` or by the `close` of its socket; a claim stands in one line at most; an idle
 * connection stands in `#idle` and in its origin's `idle`, or in neither.
 */
export class ConnectionPool {
  readonly #perOriginMax: number
  readonly #max: number
  readonly #origins = new Map<string, Origin>()
  readonly #connections = new Set<Connection>()
  /** All idle connections, the one idle for longest first. */
  readonly #idle = new Set<Connection>()
  readonly #line = new Set<Claim>()
  /** Places that are taken. */
  #open = 0
  #closed: PromiseWithResolvers<void> | undefined

  constructor({ perOriginMax, max }: { perOriginMax: number; max: number }) {
    this.#perOriginMax = perOriginMax
    this.#max = max
  }

  get open(): number {
    return this.#open
  }

  /** A grant, or undefined: then `claim.granted` is called later, unless `leave` is called before. */
  take(claim: Claim): Grant | undefined {
    const origin = this.#originOf(claim.origin)
    while (!claim.fresh && origin.idle.length > 0) {
      const connection = origin.idle.pop()!
      this.#idle.delete(connection)
      if (usable(connection, claim)) return connection
      connection.socket.destroy()
    }
    if (origin.open < this.#perOriginMax) return this.#openFor(claim, origin)
    // Only for a fresh claim can an idle connection still be there.
    this.#evict(origin.idle[0])
    origin.line.add(claim)
    return undefined
  }

  leave(claim: Claim): void {
    this.#line.delete(claim)
    const origin = this.#origins.get(claim.origin)
    if (origin === undefined) return
    origin.line.delete(claim)
    if (origin.open === 0 && origin.line.size === 0) this.#origins.delete(claim.origin)
  }

  /** For a place that was granted. */
  add(connection: Connection): void {
    assert(this.#connections.size < this.#open, 'who adds a connection has a place for it')
    this.#connections.add(connection)
    connection.socket.once('close', () => {
      this.#connections.delete(connection)
      this.#forget(connection)
      this.forgo(connection.origin)
    })
    if (this.#closed !== undefined) connection.socket.destroy()
  }

  /** Gives a place back: first to the line of all, then to the origin's own. */
  forgo(name: string): void {
    const origin = this.#originOf(name)
    assert(origin.open > 0, 'who gives a place back has one')
    this.#open--
    origin.open--
    this.#serveLine()
    const claim = first(origin.line)
    if (claim !== undefined && origin.open < this.#perOriginMax) {
      origin.line.delete(claim)
      const grant = this.#openFor(claim, origin)
      if (grant !== undefined) claim.granted(grant)
    }
    if (origin.open === 0 && origin.line.size === 0) this.#origins.delete(name)
    if (this.#closed !== undefined && this.#open === 0) this.#closed.resolve()
  }

  /** The response is complete; a connection that is still open serves the next one. */
  release(connection: Connection): void {
    if (connection.socket.destroyed) return
    const origin = this.#originOf(connection.origin)
    // An answer before the whole request was read: what is still unsent would stand before the next request.
    if (this.#closed !== undefined || connection.socket.writableLength > 0) connection.socket.destroy()
    else if (this.#line.size > 0 || origin.line.size > 0) queueMicrotask(() => this.#handOver(connection))
    else this.#rest(connection, origin)
  }

  /** Destroys every connection and lets nobody in. Resolves when the last one is closed. */
  close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = Promise.withResolvers<void>()
      for (const connection of this.#connections) connection.socket.destroy()
      if (this.#open === 0) this.#closed.resolve()
    }
    return this.#closed.promise
  }

  #originOf(name: string): Origin {
    let origin = this.#origins.get(name)
    if (origin === undefined) this.#origins.set(name, (origin = { open: 0, idle: [], line: new Set() }))
    return origin
  }

  #openFor(claim: Claim, origin: Origin): Grant | undefined {
    if (this.#open < this.#max) {
      this.#open++
      origin.open++
      return 'open'
    }
    this.#evict(first(this.#idle))
    this.#line.add(claim)
    return undefined
  }

  #serveLine(): void {
    for (let claim = first(this.#line); claim !== undefined && this.#open < this.#max; claim = first(this.#line)) {
      this.#line.delete(claim)
      const grant = this.take(claim)
      if (grant !== undefined) claim.granted(grant)
    }
  }

  /** Gives a connection to whoever waited longest and may use it. Called when it is known whether it outlives its response. */
  #handOver(connection: Connection): void {
    if (connection.socket.destroyed) return
    const origin = this.#originOf(connection.origin)
    const claim = first(this.#line) ?? first(origin.line)
    if (claim === undefined) return this.#rest(connection, origin)
    // Who cannot use it keeps the turn, and gets the place that its end leaves.
    if (claim.fresh || !usable(connection, claim)) return void connection.socket.destroy()
    this.#line.delete(claim)
    origin.line.delete(claim)
    claim.granted(connection)
  }

  #rest(connection: Connection, origin: Origin): void {
    origin.idle.push(connection)
    this.#idle.add(connection)
  }

  /** Ends an idle connection; its place becomes free when its socket has closed. */
  #evict(connection: Connection | undefined): void {
    if (connection === undefined) return
    this.#forget(connection)
    connection.socket.destroy()
  }

  #forget(connection: Connection): void {
    if (!this.#idle.delete(connection)) return
    const resting = this.#originOf(connection.origin).idle
    resting.splice(resting.indexOf(connection), 1)
  }
}

/** The addresses were vetted just now, so a connection that leads elsewhere is not used although it was vetted once. */
function usable(connection: Connection, claim: Claim): boolean {
  return !connection.socket.destroyed && connection.origin === claim.origin && claim.addresses.includes(connection.address)
}

function first<T>(set: Set<T>): T | undefined {
  for (const item of set) return item
  return undefined
}
