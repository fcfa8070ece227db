import type { Socket } from 'node:net'
import type { Client } from 'undici'

/** One socket and the undici client that speaks on it. It never reconnects: whoever finds it closed asks the pool again. */
export interface Connection {
  readonly origin: string
  readonly address: string
  readonly socket: Socket
  readonly client: Client
  /** Requests that were sent over it. */
  served: number
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

/**
 * Connections by origin, reused last in, first out, within a limit for each origin and one for all. Who finds no place waits in
 * line: in its origin's line while that origin is full, else in the line of all. A place that becomes free goes to the line of all
 * first, so that a busy origin cannot starve the others; at the limit of all, the connection idle for longest makes room.
 */
export interface ConnectionPool {
  /** A grant, or undefined: then `claim.granted` is called later, unless `leave` is called before. */
  take(claim: Claim): Grant | undefined
  leave(claim: Claim): void
  add(connection: Connection): void
  forgo(origin: string): void
  /** The response is complete; a connection that is still open serves the next one. */
  release(connection: Connection): void
  /** Destroys every connection and lets nobody in. Resolves when the last one is closed. */
  close(): Promise<void>
  readonly open: number
}

interface Place {
  open: number
  readonly idle: Connection[]
  readonly line: Set<Claim>
}

export function createConnectionPool({ perOriginMax, max }: { perOriginMax: number; max: number }): ConnectionPool {
  const places = new Map<string, Place>()
  const connections = new Set<Connection>()
  /** All idle connections, the one idle for longest first. */
  const idle = new Set<Connection>()
  const line = new Set<Claim>()
  let open = 0
  let closed: { promise: Promise<void>; resolve: () => void } | undefined

  const placeOf = (origin: string): Place => {
    let place = places.get(origin)
    if (place === undefined) places.set(origin, (place = { open: 0, idle: [], line: new Set() }))
    return place
  }

  const take = (claim: Claim): Grant | undefined => {
    const place = placeOf(claim.origin)
    while (!claim.fresh && place.idle.length > 0) {
      const connection = place.idle.pop()!
      idle.delete(connection)
      if (usable(connection, claim)) return connection
      connection.socket.destroy()
    }
    if (place.open < perOriginMax) return openFor(claim, place)
    // Only for a fresh claim can an idle connection still be there.
    evict(place.idle[0])
    place.line.add(claim)
    return undefined
  }

  /** Ends an idle connection; its place becomes free when its socket has closed. */
  const evict = (connection: Connection | undefined) => {
    if (connection === undefined) return
    forget(connection)
    connection.socket.destroy()
  }

  const forget = (connection: Connection) => {
    if (!idle.delete(connection)) return
    const resting = placeOf(connection.origin).idle
    resting.splice(resting.indexOf(connection), 1)
  }

  const openFor = (claim: Claim, place: Place): Grant | undefined => {
    if (open < max) {
      open++
      place.open++
      return 'open'
    }
    evict(first(idle))
    line.add(claim)
    return undefined
  }

  const forgo = (origin: string) => {
    const place = placeOf(origin)
    open--
    place.open--
    serveLine()
    const claim = first(place.line)
    if (claim !== undefined && place.open < perOriginMax) {
      place.line.delete(claim)
      const grant = openFor(claim, place)
      if (grant !== undefined) claim.granted(grant)
    }
    if (place.open === 0 && place.line.size === 0) places.delete(origin)
    if (closed !== undefined && open === 0) closed.resolve()
  }

  const serveLine = () => {
    for (let claim = first(line); claim !== undefined && open < max; claim = first(line)) {
      line.delete(claim)
      const grant = take(claim)
      if (grant !== undefined) claim.granted(grant)
    }
  }

  /** Gives a connection to whoever waited longest and may use it. Called when it is known whether it outlives its response. */
  const handOver = (connection: Connection) => {
    if (connection.socket.destroyed) return
    const place = placeOf(connection.origin)
    const claim = first(line) ?? first(place.line)
    if (claim === undefined) return rest(connection, place)
    // Who cannot use it keeps the turn, and gets the place that its end leaves.
    if (claim.fresh || !usable(connection, claim)) return void connection.socket.destroy()
    line.delete(claim)
    place.line.delete(claim)
    claim.granted(connection)
  }

  const rest = (connection: Connection, place: Place) => {
    place.idle.push(connection)
    idle.add(connection)
  }

  return {
    take,
    leave(claim) {
      line.delete(claim)
      const place = places.get(claim.origin)
      if (place === undefined) return
      place.line.delete(claim)
      if (place.open === 0 && place.line.size === 0) places.delete(claim.origin)
    },
    add(connection) {
      connections.add(connection)
      connection.socket.once('close', () => {
        connections.delete(connection)
        forget(connection)
        forgo(connection.origin)
      })
      if (closed !== undefined) connection.socket.destroy()
    },
    forgo,
    release(connection) {
      if (connection.socket.destroyed) return
      const place = placeOf(connection.origin)
      // An answer before the whole request was read: what is still unsent would stand before the next request.
      if (closed !== undefined || connection.socket.writableLength > 0) connection.socket.destroy()
      else if (line.size > 0 || place.line.size > 0) queueMicrotask(() => handOver(connection))
      else rest(connection, place)
    },
    close() {
      if (closed === undefined) {
        closed = Promise.withResolvers<void>()
        for (const connection of connections) connection.socket.destroy()
        if (open === 0) closed.resolve()
      }
      return closed.promise
    },
    get open() {
      return open
    },
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
