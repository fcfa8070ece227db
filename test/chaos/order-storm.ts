import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createProduct, type Product } from '../support/product.ts'

export interface OrderStormOptions {
  readonly messages: number
  /** How often a process dies, spread over the run. */
  readonly kills: number
  /** How often one stops in order and starts again. */
  readonly restarts: number
  /** How many messages fail at their first attempt. */
  readonly failures: number
  /** Two processes share this database; without it one has its store to itself. */
  readonly databaseUrl?: string | undefined
  readonly say?: (line: string) => void
}

export interface OrderReport {
  readonly arrived: number
  /** Messages that came again although another one had come after them. */
  readonly overtaken: number
  /** Messages whose first arrival was not the next in the order in which they were accepted. */
  readonly misplaced: number
  /** Arrivals of a message that had come just before: it failed, or its answer was not settled when its process died. */
  readonly repeats: number
  readonly ms: number
}

const ARRIVE_MS = 120_000
/** Of the endpoint: after a death its lane waits as long before it sends. */
const TIMEOUT_MS = 500

/**
 * Posts numbered messages one after the other to an ordered endpoint, to the processes in turn, while they are killed and restarted and the
 * receiver fails now and then; and writes down in what order they came.
 */
export async function orderStorm(options: OrderStormOptions): Promise<OrderReport> {
  const { messages, failures, say = () => {} } = options
  const arrivals: number[] = []
  const failing = new Set(Array.from({ length: failures }, (_, i) => Math.floor(((i + 0.5) * messages) / failures)))
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { n } = JSON.parse(Buffer.concat(chunks).toString()) as { n: number }
      arrivals.push(n)
      response.writeHead(failing.delete(n) ? 500 : 200).end()
    })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const processes: Product[] = []
  try {
    for (let i = 0; i < (options.databaseUrl === undefined ? 1 : 2); i++) {
      const process = await createProduct({ databaseUrl: options.databaseUrl })
      processes.push(process)
      await process.start()
    }
    const [first] = processes as [Product]
    await first.api('POST', '/app', { uid: 'order', name: 'Order' })
    await first.api('POST', '/event-type', { name: 'counted', description: 'A number' })
    await first.api('POST', '/app/order/endpoint', {
      url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      ordered: true,
      timeoutMs: TIMEOUT_MS,
      retryPolicy: { waitsSeconds: Array.from({ length: 20 }, () => 1) },
    })
    const startedAt = performance.now()
    const isDone = () => new Set(arrivals).size === messages
    const posted = postAll(processes, messages).then(() =>
      say(`all posted after ${Math.round(performance.now() - startedAt)} ms, ${arrivals.length} arrivals`),
    )
    const troubled = trouble(processes, options, { arrivals, isDone, say })
    await Promise.all([posted, troubled])
    const deadline = performance.now() + ARRIVE_MS
    while (!isDone()) {
      if (performance.now() > deadline)
        throw new Error(`${new Set(arrivals).size} of ${messages} arrived. ${processes.map((one) => one.log().slice(-1500)).join('\n')}`)
      await pause(20)
    }
    for (const process of processes) await process.stop()
    return { ...inspectOrder(arrivals), ms: Math.round(performance.now() - startedAt) }
  } finally {
    for (const process of processes) await process.remove()
    receiver.closeAllConnections()
    receiver.close()
  }
}

/** One after the other: the next when the one before it is acknowledged. */
async function postAll(processes: readonly Product[], messages: number): Promise<void> {
  for (let n = 0; n < messages; n++) {
    for (let i = n; ; i++) {
      const { url, apiKey } = processes[i % processes.length]!
      const answer = await fetch(`${url}/api/v1/app/order/msg`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ eventType: 'counted', eventId: `n-${n}`, payload: { n } }),
      }).catch(() => undefined)
      await answer?.arrayBuffer()
      // 409: it was taken before, and the answer was lost.
      if (answer?.status === 202 || answer?.status === 409) break
      if (answer !== undefined && answer.status < 500) throw new Error(`A message was refused with ${answer.status}.`)
      await pause(10)
    }
  }
}

/** Kills and stops processes in turn, each time so much has arrived. */
async function trouble(
  processes: readonly Product[],
  { messages, kills, restarts }: OrderStormOptions,
  { arrivals, isDone, say }: { arrivals: readonly number[]; isDone: () => boolean; say: (line: string) => void },
): Promise<void> {
  const turns = kills + restarts
  for (let turn = 0; turn < turns; turn++) {
    const due = ((turn + 0.7) * messages) / (turns + 0.7)
    while (new Set(arrivals).size < due && !isDone()) await pause(5)
    const process = processes[turn % processes.length]!
    const kill = turn % 2 === 0 ? turn / 2 < kills : (turn - 1) / 2 >= restarts
    await (kill ? process.kill() : process.stop())
    say(`${kill ? 'killed' : 'stopped'} at ${arrivals.length} arrivals`)
    await process.start()
  }
}

export function inspectOrder(arrivals: readonly number[]): Omit<OrderReport, 'ms'> {
  let next = 0
  let overtaken = 0
  let misplaced = 0
  let repeats = 0
  const seen = new Set<number>()
  for (const n of arrivals) {
    if (n === next - 1) repeats++
    else if (seen.has(n)) overtaken++
    else if (n !== next) misplaced++
    seen.add(n)
    next = Math.max(next, n + 1)
  }
  return { arrived: seen.size, overtaken, misplaced, repeats }
}
