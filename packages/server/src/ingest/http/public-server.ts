import { constants } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import { Server as SocketServer, type Socket } from 'node:net'
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import type { Ids } from '#domain'
import { writeAnswer, type Clock, type Exchange } from '#platform'
import { compose, problemAnswer, type Answer } from '../reply/reply.ts'
import { Connections } from './connections.ts'
import { readHead, type HeadReading } from './request-head.ts'
import { Silence } from './silence.ts'

/** What a server proves itself with, each in PEM form. */
export interface TlsMaterial {
  readonly cert: string
  readonly key: string
  /** The authorities whose certificates callers are asked for; null: nobody is asked. */
  readonly clientCa: string | null
}

/**
 * Heads and bodies that dribble are cut, also by the body's own deadline; the checks run each second because Node's 30 s would let
 * a thousand slow connections stand that long.
 */
const publicServerOptions: ServerOptions = {
  headersTimeout: 15_000,
  // Longer than an upload may take. Bodies have deadlines of their own, which are shorter for all others.
  requestTimeout: 660_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
}
/** As long as a head may take; Node would wait for two minutes. */
const HANDSHAKE_MS = 15_000
const CONNECTIONS_MAX = 10_000
/** Longer than any caller waits for its answer. */
const SILENCE_MS = 120_000
/**
 * Who calls often does so within this time, and hears `Connection: close`; who does not is unlikely to call in the moment in which we
 * close. Who asked for a tunnel has as long to read that there is none.
 */
const LINGER_MS = 1000
/** So often it is looked whether a connection fell idle that was not notified: its answer was on its way when the end began. */
const LOOK_MS = 250
/** One connection is accepted in a turn of the event loop; under a flood of new ones, those behind so many meet a closed door. */
const ACCEPT_TURNS_MAX = 100
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

type Handle = (request: IncomingMessage, response: ServerResponse) => void

export interface PublicServerDeps {
  readonly clock: Clock
  readonly ids: Ids
  /** So long no byte goes either way. */
  readonly silenceMs?: number
  /** So long a handshake may take. */
  readonly handshakeMs?: number
  /** Absent: it speaks plain HTTP. */
  readonly tls?: TlsMaterial | undefined
}

/**
 * A server on the internet, for one plane or for both, over TLS or not, and its orderly end. It hands on only what is a request by RFC
 * 9112. It speaks HTTP/1.1: HTTP/2 has many requests on one connection, so the limits here, which hold for connections, would bound none
 * of them. Made, it does not listen yet.
 *
 *   open     --drain(): nobody is left before the door--> draining    every answer ends its connection
 *   draining --quiet(): no connection is left; cut()--> over
 */
export class PublicServer {
  readonly server: Server | TlsServer
  readonly #handle: Handle
  readonly #clock: Clock
  readonly #ids: Ids
  readonly #connections: Connections
  #mode: 'open' | 'draining' = 'open'

  constructor(handle: Handle, { clock, ids, silenceMs = SILENCE_MS, handshakeMs = HANDSHAKE_MS, tls }: PublicServerDeps) {
    this.#handle = handle
    this.#clock = clock
    this.#ids = ids
    const receive = (request: IncomingMessage, response: ServerResponse): void => this.#receive(request, response)
    this.server = tls === undefined ? createServer(publicServerOptions, receive) : createTlsServer(tlsOptions(tls, handshakeMs), receive)
    this.server.maxConnections = CONNECTIONS_MAX
    // Without a listener Node closes without a word; with one it hands the socket over, and neither reads nor times it any more.
    this.server.on('connect', (_request: IncomingMessage, socket: Socket) => this.#refuseTunnel(socket))
    this.#connections = new Connections({ server: this.server, isTls: tls !== undefined, begun: () => silence.begin() })
    const silence = new Silence({ clock, connections: this.#connections.open, silenceMs })
  }

  /**
   * Stops listening, as soon as those are taken who have connected, whom the system would reset. The connections stay, because a
   * request that is on its way to us on one of them would be lost: what comes is answered, and the answer ends its connection.
   * It does so only from `closed` on: whoever is sent away while the door is open comes in again.
   */
  drain(closed?: () => void): void {
    let before = this.#connections.accepted
    let [turns, turnsInVain] = [0, 0]
    const turn = (): void => {
      turnsInVain = this.#connections.accepted === before ? turnsInVain + 1 : 0
      before = this.#connections.accepted
      // The first turn ends this round of the event loop; only the next round looks for connections again.
      if (turnsInVain < 2 && turns++ < ACCEPT_TURNS_MAX) return void setImmediate(turn)
      // The close of an HTTP server would also end the idle connections, on which requests may be on their way.
      SocketServer.prototype.close.call(this.server)
      this.#mode = 'draining'
      closed?.()
    }
    setImmediate(turn)
  }

  /** After `drain`: resolves when no connection is left, or at the signal. One that says nothing for a second is ended. */
  async quiet(signal: AbortSignal): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#connections.onEmpty(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    if (this.#connections.isEmpty || signal.aborted) return
    const look = () => {
      this.server.closeIdleConnections()
      this.#connections.endHandshakes()
      timer = this.#clock.after(LOOK_MS, look)
    }
    let timer = this.#clock.after(LINGER_MS, look)
    await ended
    timer.cancel()
  }

  /** Ends all connections, whatever is under way. */
  cut(): void {
    this.server.closeAllConnections()
    this.#connections.destroy()
    // Ends the checks of the connections as well.
    this.server.close()
  }

  /** What new connections are secured with from now on. Only of a server that speaks TLS. */
  renew(material: TlsMaterial): void {
    if (this.server instanceof TlsServer) this.server.setSecureContext(contextOf(material))
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    if (this.#mode === 'draining') response.setHeader('Connection', 'close')
    const head = readHead(request)
    if (head.kind === 'request') {
      request.url = head.target
      return this.#handle(request, response)
    }
    // When the parser is done with what has come: if it stumbles over the rest, its own 400 is the answer.
    queueMicrotask(() => this.#answer({ request, response }, head))
  }

  /** What is no request for anybody behind this door. */
  #answer(exchange: Exchange, head: Exclude<HeadReading, { kind: 'request' }>): void {
    if (exchange.response.headersSent || exchange.response.destroyed) return
    const id = this.#ids.make('req')
    const asked = head.kind === 'server'
    const answer = asked
      ? { status: 204, headers: { Allow: METHODS }, body: null }
      : problemAnswer(head.code, { requestId: id, detail: head.detail })
    const { status, headers, body } = compose(answer, id)
    // Behind a refusal it is not sure where the next request begins, so there is none on this connection.
    writeAnswer(exchange, { status, headers, payload: body ?? '' }, { clock: this.#clock, ...(!asked && { unread: true }) })
  }

  #refuseTunnel(socket: Socket): void {
    const end = this.#clock.after(LINGER_MS, () => socket.destroy())
    // Read on, so that the end of the other side is noticed, and the answer is not lost to a reset.
    socket
      .on('error', () => socket.destroy())
      .once('close', () => end.cancel())
      .resume()
    socket.end(rawAnswer(problemAnswer('method_not_allowed', { requestId: this.#ids.make('req'), headers: { Allow: METHODS } })))
  }
}

/** What may change while the server listens. */
function contextOf({ cert, key, clientCa }: TlsMaterial): SecureContextOptions {
  // A caller who asks for new keys again and again would have us work for nothing; a session that is resumed shows the certificate that
  // was judged by the authorities of back then.
  const secureOptions = constants.SSL_OP_NO_RENEGOTIATION | (clientCa === null ? 0 : constants.SSL_OP_NO_TICKET)
  return { cert, key, minVersion: 'TLSv1.2', secureOptions, ...(clientCa !== null && { ca: clientCa }) }
}

function tlsOptions(material: TlsMaterial, handshakeMs: number): ServerOptions & TlsOptions {
  // Who shows no certificate, or an unknown one, is refused by the listeners that ask for it; the others do not care.
  const asks = { requestCert: material.clientCa !== null, rejectUnauthorized: false }
  return { ...publicServerOptions, ...contextOf(material), ...asks, handshakeTimeout: handshakeMs }
}

function rawAnswer({ status, headers, body }: Answer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`)
  const length = Buffer.byteLength(body ?? '')
  return `HTTP/1.1 ${status} Method Not Allowed\r\n${lines.join('')}Connection: close\r\nContent-Length: ${length}\r\n\r\n${String(body ?? '')}`
}
