import { createHmac } from 'node:crypto'
import { Agent, createServer, request, type OutgoingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { createProduct, type Product } from '../support/product.ts'

/** What the receiver got, by the id that the sender gave its request. Every signature was verified. */
export interface Received {
  /** Through an endpoint that subscribed: GitHub id -> times. */
  readonly events: Map<string, number>
  /** From the Send Webhook step: GitHub id -> times. */
  readonly steps: Map<string, number>
  unverified: number
}

export interface Harness {
  readonly received: Received
  /** Sends one signed request as GitHub would, again and again until it is acknowledged, to the program or to another process of it. */
  send(id: string, options?: Sending): Promise<void>
  /** Posts one message to the API, under its own event id, again and again until it is acknowledged. It comes by the endpoint only. */
  post(id: MessageName, options?: Sending): Promise<void>
  /** Whether everything of it has arrived. */
  has(id: string): boolean
  /** Resolves when the receiver has had everything of `ids`; rejects at the deadline with what is missing. */
  arrived(ids: ReadonlySet<string>, deadlineMs: number): Promise<void>
  /** Pauses the endpoint, so that a backlog grows, or lets it go on. */
  setEndpoint(state: 'paused' | 'active'): Promise<void>
  /** How often something came again that had been there before. */
  duplicates(): number
  /** Ends the connections that senders keep: who stops in order waits a second for them. */
  hangUp(): void
  close(): Promise<void>
}

export interface Sending {
  readonly signal?: AbortSignal
  /** The process that is asked, if not the program itself. */
  readonly via?: Pick<Product, 'port'>
}

/** Messages are told from requests by their names. */
export type MessageName = `message-${number}`

const GITHUB_SECRET = 'chaos-github-secret'
const APPLICATION = 'chaos'
const padding = 'x'.repeat(700)
/** Between two tries of a sender that was not answered, and between two looks at what has arrived. */
const AGAIN_MS = 20

/**
 * A whole installation on a running product: a listener for GitHub, a flow that transforms, emits an event, answers and then
 * calls a step's URL, and an endpoint that subscribed. The receiver verifies and counts.
 */
export async function furnish(product: Pick<Product, 'port' | 'api' | 'apiKey'>, connections: number): Promise<Harness> {
  const received: Received = { events: new Map(), steps: new Map(), unverified: 0 }
  // The endpoint's secret is shown when it is made, and making it needs this server's URL.
  const trust: { verifier?: Webhook } = {}

  const receiver = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      if (incoming.url === '/step') {
        const { key } = JSON.parse(body) as { key: string }
        received.steps.set(key, (received.steps.get(key) ?? 0) + 1)
      } else {
        try {
          const event = trust.verifier!.verify(body, incoming.headers as Record<string, string>) as { data: { id: string } }
          received.events.set(event.data.id, (received.events.get(event.data.id) ?? 0) + 1)
        } catch {
          received.unverified++
        }
      }
      response.end()
    })
  })
  receiver.listen(0, '127.0.0.1')
  await new Promise((resolve) => receiver.once('listening', resolve))
  const base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`

  await product.api('POST', '/app', { uid: APPLICATION, name: 'Chaos' })
  await product.api('POST', '/event-type', { name: 'push.seen', description: 'A push was seen.' })
  const endpoint = await product.api<{ id: string; secret: string }>('POST', `/app/${APPLICATION}/endpoint`, {
    url: `${base}/event`,
    eventTypes: ['push.*'],
  })
  trust.verifier = new Webhook(endpoint.secret)
  await product.api('POST', `/app/${APPLICATION}/listener`, {
    uid: 'github',
    name: 'GitHub',
    system: 'github',
    suffix: '/github',
    methods: ['POST'],
    auth: { kind: 'preset', secrets: [GITHUB_SECRET] },
  })
  const flow = await product.api<{ id: string }>('POST', `/app/${APPLICATION}/flow`, {
    name: 'Push',
    trigger: { kind: 'webhook', listener: 'github' },
    steps: [
      { id: 'shaped', kind: 'transform', expression: "{ 'id': body.id, 'ref': $uppercase(body.ref) }" },
      {
        id: 'event',
        kind: 'emit_event',
        eventType: 'push.seen',
        payload: { id: '{{ steps.shaped.output.id }}', ref: '{{ steps.shaped.output.ref }}' },
      },
      { id: 'reply', kind: 'webhook_response', status: 201, body: { id: '{{ steps.shaped.output.id }}' } },
      { id: 'call', kind: 'send_webhook', url: `${base}/step`, event: 'push' },
    ],
  })
  await product.api('POST', `/app/${APPLICATION}/flow/${flow.id}/publish`)

  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const attempt = (port: number, path: string, { body, headers }: { body: string; headers: OutgoingHttpHeaders }) =>
    new Promise<number | undefined>((resolve) => {
      const all = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers }
      const out = request({ agent, port, host: '127.0.0.1', method: 'POST', path, headers: all }, (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode))
        response.on('error', () => resolve(undefined))
      })
      out.on('error', () => resolve(undefined))
      out.end(body)
    })

  /** A sender that was not answered, or told to come again, does so. */
  const untilTaken = async (once: () => Promise<number | undefined>, taken: (status: number) => boolean, signal?: AbortSignal) => {
    for (;;) {
      const status = await once()
      if (status !== undefined && taken(status)) return
      if (status !== undefined && status < 500) throw new Error(`A request was refused with ${status}.`)
      signal?.throwIfAborted()
      await pause(AGAIN_MS)
    }
  }

  const has = (id: string) => received.events.has(id) && (id.startsWith('message-') || received.steps.has(id))

  return {
    received,
    send(id, { signal, via = product } = {}) {
      const body = JSON.stringify({ id, ref: 'refs/heads/main', padding })
      const headers = {
        'x-github-event': 'push',
        'x-github-delivery': id,
        'x-hub-signature-256': `sha256=${createHmac('sha256', GITHUB_SECRET).update(body).digest('hex')}`,
      }
      const once = () => attempt(via.port, `/in/${APPLICATION}/github`, { body, headers })
      return untilTaken(once, (status) => status >= 200 && status < 300, signal)
    },
    post(id, { signal, via = product } = {}) {
      const body = JSON.stringify({ eventType: 'push.seen', eventId: id, payload: { data: { id }, padding } })
      const once = () =>
        attempt(via.port, `/api/v1/app/${APPLICATION}/msg`, { body, headers: { authorization: `Bearer ${product.apiKey}` } })
      // 409: it was taken before, and the answer was lost.
      return untilTaken(once, (status) => status === 202 || status === 409, signal)
    },
    has,
    async arrived(ids, deadlineMs) {
      const left = new Set(ids)
      const deadline = performance.now() + deadlineMs
      for (;;) {
        for (const id of left) if (has(id)) left.delete(id)
        if (left.size === 0) return
        if (performance.now() > deadline)
          throw new Error(`${left.size} of ${ids.size} did not arrive within ${deadlineMs} ms, such as ${[...left].slice(0, 3).join(', ')}`)
        await pause(AGAIN_MS)
      }
    },
    async setEndpoint(state) {
      await product.api('PATCH', `/app/${APPLICATION}/endpoint/${endpoint.id}`, { state })
    },
    duplicates: () => surplus(received.events) + surplus(received.steps),
    hangUp: () => agent.destroy(),
    async close() {
      agent.destroy()
      receiver.closeAllConnections()
      await new Promise((resolve) => receiver.close(resolve))
    },
  }
}

function surplus(times: ReadonlyMap<string, number>): number {
  let more = 0
  for (const count of times.values()) more += count - 1
  return more
}

const QUIET_MS = 30_000

/** Everything has arrived; the last settlements and the runs that they wake may still be on their way. */
export async function untilQuiet(product: Pick<Product, 'api'>): Promise<void> {
  const deadline = performance.now() + QUIET_MS
  const lists = [
    ...['waiting', 'sending'].map((status) => `/app/${APPLICATION}/delivery?status=${status}&limit=1`),
    ...['queued', 'running', 'waiting'].map((status) => `/app/${APPLICATION}/run?status=${status}&limit=1`),
  ]
  while (performance.now() < deadline) {
    const pages = await Promise.all(lists.map((path) => product.api<{ data: unknown[] }>('GET', path)))
    if (pages.every((page) => page.data.length === 0)) return
    await pause(AGAIN_MS)
  }
  throw new Error(`Deliveries or runs were still open ${QUIET_MS} ms after the last one arrived.`)
}

export interface HouseOptions {
  readonly connections: number
  readonly databaseUrl?: string | undefined
  /** For the first life of the program. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs `scene` on a program of its own with a harness on it, and takes both away. An error brings the program's log along. */
export async function withHarness<T>(options: HouseOptions, scene: (product: Product, harness: Harness) => Promise<T>): Promise<T> {
  const product = await createProduct({ databaseUrl: options.databaseUrl })
  try {
    await product.start(options.environment)
    const harness = await furnish(product, options.connections)
    try {
      return await scene(product, harness)
    } finally {
      await harness.close()
    }
  } catch (error) {
    if (error instanceof Error) error.message += `\n--- log\n${product.log().slice(-3000)}`
    throw error
  } finally {
    await product.remove()
  }
}
