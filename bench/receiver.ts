import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { now, serveParent } from './child.ts'
import { messagesOf } from './http1.ts'
import { readSlot } from './message.ts'
import { percentile } from './percentile.ts'

/**
 * What the receiver is told. Paths: `/ok` answers 200, `/fail` 500, `/hang` never, `/slow` after 200 ms. Every request to any of them is
 * noted by its number; latencies (from the moment the message was due to be sent) only for `/ok`.
 */
export type ReceiverOrder =
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
}

const reply = (status: string) => Buffer.from(`HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok`)
const ok = reply('200 OK')
const failed = reply('500 Internal Server Error')
const slowMs = 200

let seen = new Set<number>()
let latencies: number[] = []
let repeated = 0
let strange = 0
let lastAt = 0
let awaited: { readonly numbers: number; readonly resolve: () => void } | undefined

function note(path: string, body: Buffer): void {
  const number = readSlot(body, 'n')
  if (number === undefined) strange++
  else if (seen.has(number)) repeated++
  else {
    seen.add(number)
    lastAt = now()
    const at = readSlot(body, 'at')
    if (at !== undefined && path === '/ok') latencies.push(lastAt - at / 1000)
    if (awaited && seen.size >= awaited.numbers) awaited.resolve()
  }
}

function answer(path: string, socket: Socket): void {
  if (path === '/hang') return
  if (path === '/slow') setTimeout(() => socket.write(ok), slowMs)
  else socket.write(path === '/fail' ? failed : ok)
}

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
await once(server, 'listening')

function begin(): void {
  seen = new Set()
  latencies = []
  repeated = strange = lastAt = 0
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
  if (order.kind === 'arrived') await arrived(order.numbers, order.quietMs)
  const numbers = order.kind === 'report' ? [...seen] : []
  const { port } = server.address() as AddressInfo
  return { port, numbers, repeated, strange, lastAt, p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) }
})
