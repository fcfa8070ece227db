/** Real servers on loopback for the tests of egress. Not part of the product. */
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { systemClock } from '../clock.ts'
import { createEgress, type EgressOptions } from './create-egress.ts'
import type { Egress, EgressOutcome, EgressRequest } from './egress.ts'

export interface Receiver extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** The server's ends of what is open. */
  readonly sockets: ReadonlySet<Socket>
  /** Connections that were accepted so far. */
  readonly accepted: number
}

/** Answers each request with `handle`, by default 200 "ok" after the body. */
export function startReceiver(handle: RequestListener = answerOk): Promise<Receiver> {
  return listen(createHttpServer(handle))
}

/** Speaks bytes: `onSocket` gets each connection. */
export function startRaw(onSocket: (socket: Socket, count: number) => void): Promise<Receiver> {
  let count = 0
  return listen(
    createServer((socket) => {
      socket.on('error', () => {})
      onSocket(socket, ++count)
    }),
  )
}

/** A raw server that says `text` when a request has come. */
export function startSaying(text: string | Buffer, then: 'end' | 'stay' = 'end'): Promise<Receiver> {
  return startRaw((socket) => {
    socket.once('data', () => (then === 'end' ? socket.end(text) : socket.write(text)))
  })
}

export async function listen(server: Server, host = '127.0.0.1'): Promise<Receiver> {
  const sockets = new Set<Socket>()
  let accepted = 0
  server.on('connection', (socket: Socket) => {
    accepted++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    sockets,
    get accepted() {
      return accepted
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answerOk(request: IncomingMessage, response: ServerResponse): void {
  request.resume().on('end', () => response.end('ok'))
}

/** An egress that may reach loopback over http, as in development; disposed of at the end of the test. */
export function startEgress(options: Partial<EgressOptions> = {}): Egress & AsyncDisposable {
  const egress = createEgress({ clock: systemClock, allow: ['127.0.0.0/8', '::1/128'], allowHttp: true, ...options })
  return Object.assign(egress, { [Symbol.asyncDispose]: () => egress.close() })
}

export function post(egress: Egress, url: string, more: Partial<EgressRequest> = {}): Promise<EgressOutcome> {
  return egress.send({ url, method: 'POST', headers: [], body: Buffer.from('{}'), timeoutMs: 5_000, ...more })
}

/** The status, or the code of the failure: what most tests look at. */
export function gist(outcome: EgressOutcome): number | string {
  return outcome.kind === 'response' ? outcome.status : outcome.code
}
