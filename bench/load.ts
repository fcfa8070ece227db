import { connect, type Socket } from 'node:net'
import { now, serveParent } from './child.ts'
import { messagesOf } from './http1.ts'
import { momentSlot, momentText, numberSlot, numberText, spreadSlot } from './message.ts'
import { percentile } from './percentile.ts'

/** One load: `connections` keep-alive connections, one request at a time on each. */
export interface LoadOrder {
  readonly port: number
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** With the slots of `message.ts`. */
  readonly body: string
  readonly connections: number
  /** Number of the first message. Messages of one run must not share numbers. */
  readonly first: number
  /** So many requests, or as many as fit into `ms`. */
  readonly until: { readonly requests: number } | { readonly ms: number }
  /**
   * Open loop: requests fall due at this rate whether or not earlier ones were answered, and their latency counts from then. Absent: closed
   * loop, a connection sends as soon as it was answered.
   */
  readonly perSecond?: number
  readonly spread?: number
  /** Every reply must hold its request's number. */
  readonly replyHasNumber?: boolean
  /** Collects this string field of each 2xx reply. */
  readonly collect?: string
}

export interface LoadReport {
  /** Wall time of the first request, and how long until the last answer. */
  readonly startedAt: number
  readonly ms: number
  readonly perSecond: number
  readonly sent: number
  /** Numbers answered with 2xx. */
  readonly accepted: readonly number[]
  /** The other numbers that were sent. */
  readonly unaccepted: readonly number[]
  /** Other answers by status; `closed`: the connection broke; `wrong`: a 2xx without the number. */
  readonly others: Readonly<Record<string, number>>
  readonly collected: readonly string[]
  readonly p50Ms: number
  readonly p99Ms: number
}

interface Template {
  readonly bytes: Buffer
  readonly number: number
  readonly moment: number
  readonly spread: number
}

/** The whole request, built once for each connection: only the slots are patched, after the answer to the one before. */
function template(order: LoadOrder): Template {
  const headers = { host: '127.0.0.1', 'content-type': 'application/json', ...order.headers, 'content-length': String(order.body.length) }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const bytes = Buffer.from(`POST ${order.path} HTTP/1.1\r\n${lines.join('')}\r\n${order.body}`, 'latin1')
  return { bytes, number: bytes.indexOf(numberSlot), moment: bytes.indexOf(momentSlot), spread: bytes.indexOf(spreadSlot) }
}

function run(order: LoadOrder): Promise<LoadReport> {
  const { promise, resolve } = Promise.withResolvers<LoadReport>()
  const accepted: number[] = []
  const unaccepted: number[] = []
  const collected: string[] = []
  const latencies: number[] = []
  const others: Record<string, number> = {}
  const idle: (() => void)[] = []
  const sockets = new Set<Socket>()
  const startedAt = now()
  const field = order.collect === undefined ? undefined : `"${order.collect}":"`
  let sent = 0
  let answered = 0
  let ended = false

  const refuse = (kind: string, number: number) => {
    others[kind] = (others[kind] ?? 0) + 1
    unaccepted.push(number)
  }
  const isOver = () => ('requests' in order.until ? sent >= order.until.requests : now() - startedAt >= order.until.ms)
  const dueAt = (index: number) => (order.perSecond === undefined ? now() : startedAt + (index / order.perSecond) * 1000)

  const end = () => {
    if (ended || !isOver() || answered < sent) return
    ended = true
    clearInterval(ticker)
    for (const socket of sockets) socket.destroy()
    const ms = now() - startedAt
    const p50Ms = percentile(latencies, 0.5)
    const p99Ms = percentile(latencies, 0.99)
    resolve({ startedAt, ms, perSecond: (accepted.length / ms) * 1000, sent, accepted, unaccepted, others, collected, p50Ms, p99Ms })
  }

  const take = (status: string, number: number, body: Buffer) => {
    if (!status.startsWith('2')) return refuse(status, number)
    if (order.replyHasNumber && !body.includes(numberText(number))) return refuse('wrong', number)
    accepted.push(number)
    if (field === undefined) return
    const start = body.indexOf(field) + field.length
    collected.push(body.toString('latin1', start, body.indexOf('"', start)))
  }

  const openConnection = () => {
    const request = template(order)
    const socket = connect(order.port, '127.0.0.1').setNoDelay(true)
    let current: { number: number; dueAt: number } | undefined
    const send = () => {
      const number = order.first + sent
      current = { number, dueAt: dueAt(sent) }
      sent++
      if (request.number >= 0) request.bytes.write(numberText(number), request.number, 'latin1')
      if (request.moment >= 0) request.bytes.write(momentText(current.dueAt), request.moment, 'latin1')
      if (request.spread >= 0) request.bytes.write(String(number % (order.spread ?? 1)).padStart(3, '0'), request.spread, 'latin1')
      socket.write(request.bytes)
    }
    const next = () => {
      if (isOver()) return end()
      if (order.perSecond === undefined || dueAt(sent) <= now()) send()
      else idle.push(send)
    }
    sockets.add(socket)
    socket.on('connect', next)
    socket.on(
      'data',
      messagesOf((head, body) => {
        if (!current) return
        answered++
        latencies.push(now() - current.dueAt)
        take(head.slice(9, 12), current.number, body)
        current = undefined
        next()
      }),
    )
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      const place = idle.indexOf(send)
      if (place >= 0) idle.splice(place, 1)
      if (ended) return
      if (current) {
        answered++
        refuse('closed', current.number)
      }
      if (isOver()) end()
      else setTimeout(openConnection, 10)
    })
  }

  const tick = () => {
    while (idle.length > 0 && !isOver() && dueAt(sent) <= now()) idle.shift()!()
    end()
  }
  const ticker = setInterval(tick, 1)
  for (let i = 0; i < order.connections; i++) openConnection()
  return promise
}

serveParent(run)
