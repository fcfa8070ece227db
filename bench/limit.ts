import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool, type Dispatcher } from 'undici'
import { serveParent } from './child.ts'
import { createRawSender } from './raw-sender.ts'

/**
 * What the product is measured against, without memory of any kind. `/echo`: bare `node:http`, 202 once the body is there. `/undici`: the
 * same, and each body goes out again, signed, through undici's fastest way with 64 in flight. `/raw`: the same over bare sockets, and each
 * body is parsed. A relay that loses everything in a crash is the most that a single process of this kind can do.
 */
export interface LimitAnswer {
  readonly port: number
}

type Send = (body: Buffer, done: () => void) => void

const inFlightMax = 64
const receiverPort = Number(process.argv[2])
const origin = `http://127.0.0.1:${receiverPort}`
const key = Buffer.from('a key of thirty-two bytes, or so')
const reply = Buffer.from('{"ok":true}')
const pool = new Pool(origin, { connections: inFlightMax, pipelining: 1 })
const rawSender = createRawSender(receiverPort)
let made = 0

function signed(body: Buffer): { id: string; timestamp: string; signature: string } {
  const id = `msg_${String(++made).padStart(22, '0')}`
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
  return { id, timestamp, signature: `v1,${signature}` }
}

const sendUndici: Send = (body, done) => {
  const { id, timestamp, signature } = signed(body)
  const webhook = ['webhook-id', id, 'webhook-timestamp', timestamp, 'webhook-signature', signature]
  const headers = ['content-type', 'application/json', 'user-agent', 'bench', ...webhook]
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart() {},
    onResponseData() {},
    onResponseEnd: done,
    onResponseError: done,
  }
  pool.dispatch({ origin, path: '/ok', method: 'POST', headers, body }, handler)
}

const sendRaw: Send = (body, done) => {
  const { id, timestamp, signature } = signed(body)
  const head =
    `POST /ok HTTP/1.1\r\nhost: 127.0.0.1:${receiverPort}\r\ncontent-type: application/json\r\nuser-agent: bench\r\nwebhook-id: ${id}\r\n` +
    `webhook-timestamp: ${timestamp}\r\nwebhook-signature: ${signature}\r\ncontent-length: ${body.length}\r\n\r\n`
  rawSender.send(head, body, done)
}

/** What came goes out again in its order, 64 at a time. */
function createRelay(send: Send): (body: Buffer) => void {
  let queue: Buffer[] = []
  let head = 0
  let inFlight = 0
  const done = () => {
    inFlight--
    sendOn()
  }
  const sendOn = () => {
    while (inFlight < inFlightMax && head < queue.length) {
      inFlight++
      send(queue[head++]!, done)
    }
    if (head === queue.length || head > 4096) {
      queue = queue.slice(head)
      head = 0
    }
  }
  return (body) => {
    queue.push(body)
    sendOn()
  }
}

const relayUndici = createRelay(sendUndici)
const relayRaw = createRelay(sendRaw)

function receive(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    if (request.url === '/raw') JSON.parse(body.toString())
    response.writeHead(202, { 'content-type': 'application/json', 'content-length': reply.length })
    response.end(reply)
    if (request.url === '/raw') relayRaw(body)
    if (request.url === '/undici') relayUndici(body)
  })
}

const server = createServer(receive).listen(0, '127.0.0.1')
await once(server, 'listening')
serveParent<null, LimitAnswer>(() => ({ port: (server.address() as AddressInfo).port }))
