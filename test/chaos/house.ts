import { createHmac } from 'node:crypto'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { Product } from '../support/product.ts'

/** What the receiver got, by the id that the sender gave its request. Every signature was verified. */
export interface Received {
  /** Through an endpoint that subscribed: GitHub id -> times. */
  readonly events: Map<string, number>
  /** From the Send Webhook step: GitHub id -> times. */
  readonly steps: Map<string, number>
  unverified: number
}

export interface House {
  readonly received: Received
  /** Sends one signed request as GitHub would, again and again until it is acknowledged. */
  send(id: string, signal?: AbortSignal): Promise<void>
  /** Resolves when the receiver has had everything of `ids` both ways; rejects at the deadline with what is missing. */
  arrived(ids: ReadonlySet<string>, deadlineMs: number): Promise<void>
  close(): Promise<void>
}

const GITHUB_SECRET = 'chaos-github-secret'
const APPLICATION = 'chaos'
/** How often an unanswered request is looked at again; a sender waits a little between tries. */
const AGAIN_MS = 20

/**
 * A whole installation on a running product: a listener for GitHub, a flow that transforms, emits an event, answers and then
 * calls a step's URL, and an endpoint that subscribed. The receiver verifies and counts.
 */
export async function furnish(product: Pick<Product, 'port' | 'api'>, connections: number): Promise<House> {
  const received: Received = { events: new Map(), steps: new Map(), unverified: 0 }
  // The endpoint's secret is shown when it is made, and making it needs this server's URL.
  const trust: { verifier?: Webhook } = {}
  let wake: (() => void) | undefined

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
      wake?.()
    })
  })
  receiver.listen(0, '127.0.0.1')
  await new Promise((resolve) => receiver.once('listening', resolve))
  const base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`

  await product.api('POST', '/app', { uid: APPLICATION, name: 'Chaos' })
  await product.api('POST', '/event-type', { name: 'push.seen', description: 'A push was seen.' })
  const endpoint = await product.api<{ secret: string }>('POST', `/app/${APPLICATION}/endpoint`, {
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
  const attempt = (id: string): Promise<number | undefined> =>
    new Promise((resolve) => {
      const body = JSON.stringify({ id, ref: 'refs/heads/main', padding: 'x'.repeat(700) })
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-github-event': 'push',
        'x-github-delivery': id,
        'x-hub-signature-256': `sha256=${createHmac('sha256', GITHUB_SECRET).update(body).digest('hex')}`,
      }
      const out = request(
        { agent, port: product.port, host: '127.0.0.1', method: 'POST', path: `/in/${APPLICATION}/github`, headers },
        (response) => {
          response.resume()
          response.on('end', () => resolve(response.statusCode))
          response.on('error', () => resolve(undefined))
        },
      )
      out.on('error', () => resolve(undefined))
      out.end(body)
    })

  return {
    received,
    async send(id, signal) {
      for (;;) {
        const status = await attempt(id)
        if (status !== undefined && status >= 200 && status < 300) return
        if (status !== undefined && status < 500) throw new Error(`A request was refused with ${status}.`)
        signal?.throwIfAborted()
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    },
    async arrived(ids, deadlineMs) {
      const missing = () => [...ids].filter((id) => !received.events.has(id) || !received.steps.has(id))
      const deadline = performance.now() + deadlineMs
      while (missing().length > 0) {
        if (performance.now() > deadline) {
          const left = missing()
          throw new Error(`${left.length} of ${ids.size} did not arrive within ${deadlineMs} ms, such as ${left.slice(0, 3).join(', ')}`)
        }
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, 200)
        })
      }
    },
    async close() {
      agent.destroy()
      receiver.closeAllConnections()
      await new Promise((resolve) => receiver.close(resolve))
    },
  }
}
