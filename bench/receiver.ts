import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { now, serveParent } from './child.ts'
import { messagesOf } from './http1.ts'
import { readMoment, readNumber } from './message.ts'
import { NumberSet } from './number-set.ts'
import { percentile } from './percentile.ts'
import { switchMs } from './switch.ts'

/**
 * What the receiver is told. Paths: `/ok` answers 200, `/fail` 500, `/hang` never, `/slow` after 200 ms, `/drip` a byte of its head a second,
 * `/stream` a body without end, `/redirect` to the canary; `/switch` breaks the connection while it is switched off, and answers after 20 ms
 * while it is on. Every request to any of them is noted by its number; latencies (from the moment the message was due to be sent) only for `/ok`.
 */
export type ReceiverOrder =
  | { readonly kind: 'switch'; readonly on: boolean }
  | { readonly kind: 'port' }
  | { readonly kind: 'begin' }
  /** Resolves when so many different numbers arrived since `begin`, or when none came for `quietMs`. */
  | { readonly kind: 'arrived'; readonly numbers: number; readonly quietMs: number }
  | { readonly kind: 'report' }

export interface ReceiverReport {
  readonly port: number
  /** Numbers that arrived at least once, on any path. */
  readonly numbers: readonly number[]
  /** Arrivals beyond the first of a number. */
  readonly repeated: number
  /** Requests without a number. */
  readonly strange: number
  /** Wall time of the last new number. */
  readonly lastAt: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Connections to the port that only a redirect leads to. */
  readonly canary: number
  /** Of `/switch`: most requests under way at once, wall time of the first answer, and requests while it was off. */
  readonly underWayMax: number
  readonly firstAnswerAt: number
  readonly refused: number
}

const reply = (status: string) => Buffer.from(`HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok`)
const ok = reply('200 OK')
const failed = reply('500 Internal Server Error')
const slowMs = 200
const chunk = Buffer.from(`4000\r\n${'x'.repeat(0x4000)}\r\n`)

let seen = new NumberSet()
let latencies: number[] = []
let repeated = 0
let strange = 0
let lastAt = 0
let canary = 0
let isOn = true
let underWay = 0
let underWayMax = 0
let firstAnswerAt = 0
let refused = 0
let awaited: { readonly numbers: number; readonly resolve: () => void } | undefined

function note(path: string, body: Buffer): void {
  if (path === '/switch' && !isOn) return
  const number = readNumber(body)
  if (number === undefined) strange++
  else if (!seen.add(number)) repeated++
  else {
    lastAt = now()
    const at = readMoment(body)
    if (at !== undefined && path === '/ok') latencies.push(lastAt - at)
    if (awaited && seen.size >= awaited.numbers) awaited.resolve()
  }
}

function answer(path: string, socket: Socket): void {
  if (path === '/hang') return
  if (path === '/slow') setTimeout(() => socket.write(ok), slowMs)
  else if (path === '/drip') drip(socket)
  else if (path === '/stream') stream(socket)
  else if (path === '/redirect')
    socket.write(`HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:${portOf(canaryServer)}/\r\ncontent-length: 0\r\n\r\n`)
  else if (path === '/switch') answerSwitched(socket)
  else socket.write(path === '/fail' ? failed : ok)
}

function drip(socket: Socket): void {
  let sent = 0
  const ticker = setInterval(() => socket.write(ok.subarray(sent, ++sent)), 1000)
  socket.on('close', () => clearInterval(ticker))
}

function stream(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk)) continue
  }
  socket.on('drain', pour)
  pour()
}

function answerSwitched(socket: Socket): void {
  if (!isOn) {
    refused++
    return void socket.destroy()
  }
  underWayMax = Math.max(underWayMax, ++underWay)
  setTimeout(() => {
    underWay--
    firstAnswerAt ||= now()
    socket.write(ok)
  }, switchMs)
}

const canaryServer = createServer((socket) => {
  canary++
  socket.destroy()
}).listen(0, '127.0.0.1')

const server = createServer((socket) => {
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.on(
    'data',
    messagesOf((head, body) => {
      const path = head.slice(head.indexOf(' ') + 1, head.indexOf(' ', head.indexOf(' ') + 1))
      note(path, body)
      answer(path, socket)
    }),
  )
}).listen(0, '127.0.0.1')
for (const one of [server, canaryServer]) if (!one.listening) await once(one, 'listening')

function portOf(one: Server): number {
  return (one.address() as AddressInfo).port
}

function begin(): void {
  seen = new NumberSet()
  latencies = []
  repeated = strange = lastAt = canary = underWayMax = firstAnswerAt = refused = 0
}

async function arrived(numbers: number, quietMs: number): Promise<void> {
  if (seen.size >= numbers) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const askedAt = now()
  const quiet = setInterval(() => now() - Math.max(lastAt, askedAt) > quietMs && resolve(), 100)
  awaited = { numbers, resolve }
  await promise
  awaited = undefined
  clearInterval(quiet)
}

serveParent<ReceiverOrder, ReceiverReport>(async (order) => {
  if (order.kind === 'begin') begin()
  if (order.kind === 'switch') isOn = order.on
  if (order.kind === 'arrived') await arrived(order.numbers, order.quietMs)
  const numbers = order.kind === 'report' ? seen.all() : []
  const times = { lastAt, p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) }
  return { port: portOf(server), numbers, repeated, strange, ...times, canary, underWayMax, firstAnswerAt, refused }
})
