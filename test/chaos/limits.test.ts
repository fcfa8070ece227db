import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freshDatabase } from '../support/postgres.ts'
import { createProduct, type Product } from '../support/product.ts'
import { mostIn } from './most-in.ts'

interface Receiver extends AsyncDisposable {
  readonly url: string
  /** When each message came first, and again. */
  readonly times: readonly number[]
  readonly names: ReadonlySet<string>
  /** The most that were at work at the same time, whether or not their sender was still there. */
  readonly atWorkMost: number
}

async function startReceiver(workMs: number): Promise<Receiver> {
  const times: number[] = []
  const names = new Set<string>()
  let atWork = 0
  let atWorkMost = 0
  const server = createServer((request, response) => {
    times.push(performance.now())
    atWorkMost = Math.max(atWorkMost, ++atWork)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => names.add(Buffer.concat(chunks).toString()))
    setTimeout(() => {
      atWork--
      response.end()
    }, workMs)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    times,
    names,
    get atWorkMost() {
      return atWorkMost
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function furnish(product: Product, endpoint: object): Promise<string> {
  await product.api('POST', '/app', { uid: 'limits', name: 'Limits' })
  await product.api('POST', '/event-type', { name: 'counted', description: 'A number' })
  return (await product.api<{ id: string }>('POST', '/app/limits/endpoint', endpoint)).id
}

async function postAll(product: Product, messages: number): Promise<void> {
  let next = 0
  const sender = async () => {
    for (let n = next++; n < messages; n = next++) await product.api('POST', '/app/limits/msg', { eventType: 'counted', payload: { n } })
  }
  await Promise.all(Array.from({ length: 16 }, sender))
}

async function until(holds: () => boolean, product: Product, deadlineMs = 60_000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`It did not come to that.\n${product.log().slice(-2000)}`)
    await pause(10)
  }
}

test('a backlog for an endpoint of 50 a second: its receiver counts at most 50 in any second, and hardly fewer', async () => {
  await using receiver = await startReceiver(5)
  const product = await createProduct()
  // A receiver whose own loop stood still tells two arrivals apart by that much less than they were.
  const delay = monitorEventLoopDelay({ resolution: 1 })
  try {
    await product.start()
    const id = await furnish(product, { url: receiver.url, throttleRate: 50, state: 'paused' })
    await postAll(product, 300)
    delay.enable()
    await product.api('PATCH', `/app/limits/endpoint/${id}`, { state: 'active' })
    await until(() => receiver.times.length >= 300, product)
    delay.disable()
    const stoodStillMs = delay.max / 1e6
    expect(mostIn(1000 - stoodStillMs, receiver.times)).toBeLessThanOrEqual(50)
    const tookMs = receiver.times.at(-1)! - receiver.times[0]!
    expect(tookMs).toBeGreaterThan(5000 - stoodStillMs)
    expect(tookMs).toBeLessThan(12_000)
    expect(receiver.names.size).toBe(300)
  } finally {
    await product.remove()
  }
})

test('concurrency 4: never a fifth at the receiver, also when the process that sends is killed and another takes over', async () => {
  await using receiver = await startReceiver(400)
  const database = await freshDatabase()
  const product = await createProduct({ databaseUrl: database.url })
  const other = await createProduct({ databaseUrl: database.url })
  try {
    await product.start()
    await other.start()
    // On a busy machine the receiver's 400 ms may take a second, and an attempt that is given up there goes on at the receiver.
    await furnish(product, { url: receiver.url, concurrency: 4, timeoutMs: 5000 })
    // What one process accepts in an idle lane is its own to send.
    await postAll(other, 40)
    await until(() => receiver.times.length >= 12, product)
    await other.kill()
    await until(() => receiver.names.size >= 40, product)
    expect(receiver.atWorkMost).toBe(4)
    // What was under way when it died came once more, and so did what had been answered the moment before and was not written down yet.
    expect(receiver.times.length).toBeLessThanOrEqual(48)
  } finally {
    await other.remove()
    await product.remove()
    await database.drop()
  }
})
