import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { Product } from '../support/product.ts'
import { untilQuiet, withHarness, type Harness } from './harness.ts'
import { compare } from './kill-storm.ts'
import { mostIn } from './most-in.ts'
import { inspectOrder } from './order-storm.ts'

export interface WorkersStormOptions {
  readonly databaseUrl: string
  readonly workers: number
  /** How often one of the workers is killed: one a second, as long as two are ready. */
  readonly kills: number
  readonly say?: (line: string) => void
}

export type WorkersStormReport = Awaited<ReturnType<typeof compare>> & {
  /** Acknowledged for the three endpoints with limits and not arrived there. */
  readonly missing: number
  /** Of an endpoint that takes `RATE` a second. */
  readonly mostInASecond: number
  /** Of an endpoint that takes `CONCURRENCY` at a time. */
  readonly atWorkMost: number
  /** Of an ordered endpoint. */
  readonly overtaken: number
  readonly misplaced: number
  /** Workers that were ready in the end. */
  readonly workers: number
  /** Of the whole, told to stop. */
  readonly code: number | null
}

export const RATE = 25
export const CONCURRENCY = 3
const KILL_MS = 1000
const WORK_MS = 50
const TIMEOUT_MS = 1000
const DRAIN_MS = 120_000
/** Between two of one sender: a few dozen a second in all, so that the machine is not what is tried. */
const SENDER_MS = 40
const kinds = ['limited', 'narrow', 'ordered'] as const
type Kind = (typeof kinds)[number]

/**
 * Sends to a program of several workers on one port while one of them is killed each second, lets it drain, and compares what was acknowledged
 * with what is stored and what arrived; and at three endpoints with what they may be sent.
 */
export function workersStorm({ databaseUrl, workers, kills, say = () => {} }: WorkersStormOptions): Promise<WorkersStormReport> {
  const environment = { POSTHORN_WORKERS: String(workers), POSTHORN_LOG_LEVEL: 'info' }
  return withHarness({ databaseUrl, connections: 8, environment }, async (product, harness) => {
    await using exact = await startExact()
    await furnish(product, exact.url)
    await until(() => pidsOfWorkers(product).length === workers, DRAIN_MS)
    const storm = { over: false }
    const acknowledged = new Set<string>()
    const sent = Promise.all([
      ...[0, 1, 2, 3].map((sender) => sendWhile(storm, harness, { sender, acknowledged })),
      ...kinds.map((kind) => postWhile(storm, product, kind)),
    ])
    sent.catch(() => undefined)
    try {
      for (let kill = 1; kill <= kills; kill++) {
        await pause(KILL_MS)
        // Later on a machine on which a start takes seconds: with nobody left to kill, nobody would be there to lose anything.
        await until(() => pidsOfWorkers(product).length > 1, DRAIN_MS)
        const pids = pidsOfWorkers(product)
        process.kill(pids[Math.floor(Math.random() * pids.length)]!, 'SIGKILL')
        say(`kill ${kill}: one of ${pids.length}, ${acknowledged.size} acknowledged, ${harness.received.events.size} arrived`)
      }
    } finally {
      storm.over = true
    }
    const [, , , , ...posted] = await sent
    await harness.arrived(acknowledged, DRAIN_MS)
    const missing = () => kinds.reduce((sum, kind, i) => sum + (posted[i] as number) - new Set(exact.arrivals[kind]).size, 0)
    await until(() => missing() === 0, DRAIN_MS).catch(() => undefined)
    await untilQuiet(product)
    await until(() => pidsOfWorkers(product).length === workers, DRAIN_MS)
    const code = await product.stop()
    const { overtaken, misplaced } = inspectOrder(exact.arrivals.ordered)
    const report = await compare(product, harness, acknowledged)
    return { ...report, missing: missing(), ...exact.most(), overtaken, misplaced, workers, code }
  })
}

/** Those that were ready, and of whose end the supervisor has not heard. */
function pidsOfWorkers(product: Product): number[] {
  const pids = new Set<number>()
  for (const [, pid, event] of product.log().matchAll(/"pid":(\d+)[^\n]*"event":"server\.worker\.(ready|ended)"/g)) {
    if (event === 'ready') pids.add(Number(pid))
    else pids.delete(Number(pid))
  }
  return [...pids]
}

/** A receiver with three addresses, which writes down what came and how. */
async function startExact() {
  const arrivals: Record<Kind, number[]> = { limited: [], narrow: [], ordered: [] }
  const limitedAt: number[] = []
  let atWork = 0
  let atWorkMost = 0
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const server = createServer((request, response) => {
    const kind = request.url!.slice(1) as Kind
    if (kind === 'limited') limitedAt.push(performance.now())
    if (kind === 'narrow') atWorkMost = Math.max(atWorkMost, ++atWork)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      arrivals[kind].push((JSON.parse(Buffer.concat(chunks).toString()) as { n: number }).n)
      if (kind !== 'narrow') return response.end()
      setTimeout(() => {
        atWork--
        response.end()
      }, WORK_MS)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    // A receiver whose own loop stood still tells two arrivals apart by that much less than they were.
    most: () => ({ mostInASecond: mostIn(1000 - delay.max / 1e6, limitedAt), atWorkMost }),
    async [Symbol.asyncDispose]() {
      delay.disable()
      server.closeAllConnections()
      server.close()
    },
  }
}

async function furnish(product: Product, url: string): Promise<void> {
  await product.api('POST', '/app', { uid: 'exact', name: 'Exact' })
  const limits = { limited: { throttleRate: RATE }, narrow: { concurrency: CONCURRENCY }, ordered: { ordered: true } }
  for (const kind of kinds) {
    await product.api('POST', '/event-type', { name: `to.${kind}`, description: 'A number' })
    const endpoint = { url: `${url}/${kind}`, eventTypes: [`to.${kind}`], timeoutMs: TIMEOUT_MS, ...limits[kind] }
    await product.api('POST', '/app/exact/endpoint', endpoint)
  }
}

interface Storm {
  readonly over: boolean
}

async function sendWhile(storm: Storm, harness: Harness, about: { sender: number; acknowledged: Set<string> }): Promise<void> {
  for (let n = 0; !storm.over; n++) {
    const id = n % 4 === 3 ? (`message-${about.sender * 1_000_000 + n}` as const) : `request-${about.sender}-${n}`
    if (id.startsWith('message-')) await harness.post(id as `message-${number}`)
    else await harness.send(id)
    about.acknowledged.add(id)
    await pause(SENDER_MS)
  }
}

/** Numbers, each when the one before it is acknowledged. Resolves to how many. */
async function postWhile(storm: Storm, { url, apiKey }: Product, kind: Kind): Promise<number> {
  let n = 0
  for (; !storm.over; n++) {
    for (;;) {
      const answer = await fetch(`${url}/api/v1/app/exact/msg`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ eventType: `to.${kind}`, eventId: `${kind}-${n}`, payload: { n } }),
      }).catch(() => undefined)
      await answer?.arrayBuffer().catch(() => undefined)
      // 409: it was taken before, and the answer was lost.
      if (answer?.status === 202 || answer?.status === 409) break
      if (answer !== undefined && answer.status < 500) throw new Error(`A message was refused with ${answer.status}.`)
      await pause(10)
    }
    await pause(SENDER_MS)
  }
  return n
}

async function until(holds: () => boolean, deadlineMs: number): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`It did not come to that: ${holds.toString()}`)
    await pause(20)
  }
}
