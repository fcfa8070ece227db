import { constants } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import { Server as SocketServer, type Socket } from 'node:net'
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import type { Ids } from '#domain'
import type { Clock } from '#platform'
import { compose, problemAnswer, type Answer, type ComposedAnswer } from '../reply/reply.ts'
import { endAndClose } from './body.ts'
import { Connections } from './connections.ts'
import { readHead, type HeadReading } from './request-head.ts'
import { Silence } from './silence.ts'

/** A server on the internet, and its orderly end. Not listening yet. */
export interface PublicServer {
  readonly server: Server | TlsServer
  /**
   * Stops listening, as soon as those are taken who have connected, whom the system would reset. The connections stay, because a
   * request that is on its way to us on one of them would be lost: what comes is answered, and the answer ends its connection.
   * It does so only from `closed` on: whoever is sent away while the door is open comes in again.
   */
  drain(closed?: () => void): void
  /** After `drain`: resolves when no connection is left, or at the signal. One that says nothing for a second is ended. */
  quiet(signal: AbortSignal): Promise<void>
  /** Ends all connections, whatever is under way. */
  cut(): void
  /** What new connections are secured with from now on. Only of a server that speaks TLS. */
  renew(material: TlsMaterial): void
}

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
/** So often it is looked whether a connection fell idle that was not told: its answer was on its way when the end began. */
const LOOK_MS = 250
/** One connection is accepted in a turn of the event loop; under a flood of new ones, those behind so many meet a closed door. */
const ACCEPT_TURNS_MAX = 100
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

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
 * A server for one plane or for both, over TLS or not, which hands on only what is a request by RFC 9112. It speaks HTTP/1.1: HTTP/2 has
 * many requests on one connection, so the limits here, which hold for connections, would bound none of them.
 */
export function createPublicServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  { clock, ids, silenceMs = SILENCE_MS, handshakeMs = HANDSHAKE_MS, tls }: PublicServerDeps,
): PublicServer {
  let draining = false

  const answer = (request: IncomingMessage, response: ServerResponse, head: Exclude<HeadReading, { kind: 'request' }>): void => {
    if (response.headersSent || response.destroyed) return
    const id = ids.make('req')
    if (head.kind === 'server') return write(response, compose({ status: 204, headers: { Allow: METHODS }, body: null }, id))
    // Where the next request begins is not sure, so there is none on this connection.
    response.setHeader('Connection', 'close')
    const refusal = compose(problemAnswer(head.code, { requestId: id, detail: head.detail }), id)
    write(response, refusal, (payload) => endAndClose(request, response, { payload, clock }))
  }

  const receive = (request: IncomingMessage, response: ServerResponse): void => {
    if (draining) response.setHeader('Connection', 'close')
    const head = readHead(request)
    if (head.kind === 'request') {
      request.url = head.target
      return handle(request, response)
    }
    // When the parser is done with what has come: if it stumbles over the rest, its own 400 is the answer.
    queueMicrotask(() => answer(request, response, head))
  }
  const server = tls === undefined ? createServer(publicServerOptions, receive) : createTlsServer(tlsOptions(tls, handshakeMs), receive)
  server.maxConnections = CONNECTIONS_MAX
  const connections = new Connections({ server, isTls: tls !== undefined, begun: () => silence.begin() })
  const silence = new Silence({ clock, connections: connections.open, silenceMs })
  // Without a listener Node closes without a word; with one it hands the socket over, and neither reads nor times it any more.
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    const end = clock.after(LINGER_MS, () => socket.destroy())
    // Read on, so that the end of the other side is noticed, and the answer is not lost to a reset.
    socket
      .on('error', () => socket.destroy())
      .once('close', () => end.cancel())
      .resume()
    socket.end(rawAnswer(problemAnswer('method_not_allowed', { requestId: ids.make('req'), headers: { Allow: METHODS } })))
  })

  return {
    server,
    drain(closed) {
      let before = connections.accepted
      let [turns, turnsInVain] = [0, 0]
      const turn = (): void => {
        turnsInVain = connections.accepted === before ? turnsInVain + 1 : 0
        before = connections.accepted
        // The first turn ends this round of the event loop; only the next round looks for connections again.
        if (turnsInVain < 2 && turns++ < ACCEPT_TURNS_MAX) return void setImmediate(turn)
        // The close of an HTTP server would also end the idle connections, on which requests may be on their way.
        SocketServer.prototype.close.call(server)
        draining = true
        closed?.()
      }
      setImmediate(turn)
    },
    async quiet(signal) {
      const ended = new Promise<void>((resolve) => {
        connections.onEmpty(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      if (connections.isEmpty || signal.aborted) return
      const look = () => {
        server.closeIdleConnections()
        connections.endHandshakes()
        timer = clock.after(LOOK_MS, look)
      }
      let timer = clock.after(LINGER_MS, look)
      await ended
      timer.cancel()
    },
    cut() {
      server.closeAllConnections()
      connections.destroy()
      // Ends the checks of the connections as well.
      server.close()
    },
    renew(material) {
      if (server instanceof TlsServer) server.setSecureContext(contextOf(material))
    },
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

type Ends = (payload: string | Uint8Array) => void

function write(response: ServerResponse, answer: ComposedAnswer, end: Ends = (payload) => response.end(payload)): void {
  const payload = answer.body ?? ''
  const length = answer.status === 204 ? [] : ['Content-Length', String(Buffer.byteLength(payload))]
  response.writeHead(answer.status, [...answer.headers, ...length])
  end(payload)
}

function rawAnswer({ status, headers, body }: Answer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`)
  const length = Buffer.byteLength(body ?? '')
  return `HTTP/1.1 ${status} Method Not Allowed\r\n${lines.join('')}Connection: close\r\nContent-Length: ${length}\r\n\r\n${String(body ?? '')}`
}
