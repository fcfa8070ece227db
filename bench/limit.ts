import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool, type Dispatcher } from 'undici'
import { serveParent } from './child.ts'

/**
 * What the product is measured against, without memory of any kind. `/echo`: bare `node:http`, 202 once the body is there. `/relay`: the same,
 * and each body goes out again, signed, through undici's fastest way with 64 in flight. A relay that loses everything in a crash
 * is the most that a single process of this kind can do.
 */
export interface LimitAnswer {
  readonly port: number
}

const inFlightMax = 64
const receiverPort = Number(process.argv[2])
const origin = `http://127.0.0.1:${receiverPort}`
const key = Buffer.from('a key of thirty-two bytes, or so')
const reply = Buffer.from('{"ok":true}')
const pool = new Pool(origin, { connections: inFlightMax, pipelining: 1 })
let queue: Buffer[] = []
let head = 0
let inFlight = 0
let made = 0

function pump(): void {
  while (inFlight < inFlightMax && head < queue.length) {
    inFlight++
    send(queue[head++]!)
  }
  if (head === queue.length) {
    queue = []
    head = 0
  } else if (head > 4096) {
    queue = queue.slice(head)
    head = 0
  }
}

function send(body: Buffer): void {
  const id = `msg_${String(++made).padStart(22, '0')}`
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
  const webhook = ['webhook-id', id, 'webhook-timestamp', timestamp, 'webhook-signature', `v1,${signature}`]
  const headers = ['content-type', 'application/json', 'user-agent', 'bench', ...webhook]
  const done = () => {
    inFlight--
    pump()
  }
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart() {},
    onResponseData() {},
    onResponseEnd: done,
    onResponseError: done,
  }
  pool.dispatch({ origin, path: '/ok', method: 'POST', headers, body }, handler)
}

function receive(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    response.writeHead(202, { 'content-type': 'application/json', 'content-length': reply.length })
    response.end(reply)
    if (request.url !== '/relay') return
    queue.push(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
    pump()
  })
}

const server = createServer(receive).listen(0, '127.0.0.1')
await once(server, 'listening')
serveParent<null, LimitAnswer>(() => ({ port: (server.address() as AddressInfo).port }))
