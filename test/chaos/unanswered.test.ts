import { setTimeout as pause } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { freshDatabase } from '../support/postgres.ts'
import { createProduct, type Product } from '../support/product.ts'

/** Far longer than a busy machine needs to reach any of the failpoints: a caller whose time was over first would have been answered. */
const TIMEOUT_MS = 10_000
const MINUTES_MS = 600_000

/** A listener that waits for its flow, which emits an event (so it is never run at once) and says 409. */
async function furnish(product: Product): Promise<void> {
  await product.api('POST', '/app', { uid: 'shop', name: 'Shop' })
  await product.api('POST', '/event-type', { name: 'order.refused', description: 'An order was refused.' })
  await product.api('POST', '/app/shop/listener', {
    ...{ uid: 'in', name: 'In', system: 'custom', suffix: '/in', methods: ['POST'], auth: { kind: 'none' } },
    dedup: { key: 'header:x-id' },
    reply: { mode: 'flow', timeoutMs: TIMEOUT_MS, onTimeout: 202 },
  })
  const flow = await product.api<{ id: string }>('POST', '/app/shop/flow', {
    name: 'Refuse',
    trigger: { kind: 'webhook', listener: 'in' },
    steps: [
      { id: 'tell', kind: 'emit_event', eventType: 'order.refused', payload: { id: '{{ body.id }}' } },
      { id: 'answer', kind: 'webhook_response', status: 409, body: { refused: '{{ body.id }}' } },
    ],
  })
  await product.api('POST', `/app/shop/flow/${flow.id}/publish`)
}

async function order(product: Product): Promise<{ status: number; body: string } | 'not answered'> {
  const headers = { 'content-type': 'application/json', 'x-id': 'order-1' }
  try {
    const response = await fetch(`http://127.0.0.1:${product.port}/in/shop/in`, { method: 'POST', headers, body: '{"id":"order-1"}' })
    return { status: response.status, body: await response.text() }
  } catch {
    return 'not answered'
  }
}

/** Nobody was answered, so the flow's answer is the only one there is, however long it takes. */
describe.concurrent('R33: killed while a caller waits, and away for longer than the caller would have waited', () => {
  const places = ['accept.after_commit', 'run.before_commit', 'run.after_commit', 'flows.after_commit'].flatMap((failpoint) =>
    (['SQLite', 'PostgreSQL'] as const).map((engine) => ({ failpoint, engine })),
  )

  test.for(places)('at $failpoint on $engine: the copy hears what the flow says', { timeout: MINUTES_MS }, async (at, { expect }) => {
    const database = at.engine === 'PostgreSQL' ? await freshDatabase() : undefined
    const product = await createProduct({ databaseUrl: database?.url })
    try {
      await product.start({ POSTHORN_FAILPOINT: `${at.failpoint}:1` })
      await furnish(product)
      expect(await order(product)).toBe('not answered')
      await product.ended
      await pause(TIMEOUT_MS + 200)
      await product.start()
      // On PostgreSQL the dead process is noticed after five seconds, and copies are told meanwhile that the run goes on; so ask when it has ended.
      const runs = () => product.api<{ data: { status: string; steps: { id: string; status: string }[] }[] }>('GET', '/app/shop/run')
      await expect.poll(async () => (await runs()).data.map((run) => run.status), { timeout: 60_000, interval: 50 }).toEqual(['ok'])
      expect(await order(product)).toEqual({ status: 409, body: '{"refused":"order-1"}' })
      const [run] = (await runs()).data
      const { steps } = await product.api<{ steps: { id: string; status: string }[] }>(
        'GET',
        `/app/shop/run/${(run as unknown as { id: string }).id}`,
      )
      expect(steps.map((step) => [step.id, step.status])).toEqual([
        ['tell', 'OK'],
        ['answer', 'OK'],
      ])
    } finally {
      await product.remove()
      await database?.drop()
    }
  })
})
