import { describe, test } from 'vitest'
import { createProduct, type Product } from '../support/product.ts'
import { freshDatabase } from '../support/postgres.ts'
import { startRecordingReceiver } from '../support/recording-receiver.ts'

const ENDPOINTS = 3
const MESSAGES = 200
const DELIVERIES = ENDPOINTS * MESSAGES
const PER_HOUR = 250
/** While the hour is being used up. */
const KILLED_AT = 80
const PATIENCE = { timeout: 60_000, interval: 50 }

interface Stats {
  readonly now: { readonly waiting: number; readonly throttled: number; readonly held: number }
}

/**
 * Every call of the receiver was counted before it was made, so there are never more than the plan allows, whichever process makes them and
 * whenever one dies. What a dying process had counted and not sent is lost to the hour; no delivery is.
 */
describe('a plan that allows so many deliveries an hour', () => {
  test.for([
    { on: 'SQLite', processes: 1 },
    { on: 'PostgreSQL', processes: 2 },
  ])('R85: is kept to exactly on $on by $processes process(es), also when one is killed', async ({ on, processes }, { expect }) => {
    const database = on === 'PostgreSQL' ? await freshDatabase() : undefined
    const all = await Promise.all(Array.from({ length: processes }, () => createProduct({ databaseUrl: database?.url })))
    const [product] = all as [Product]
    const victim = all.at(-1)!
    const receiver = await startRecordingReceiver(() => 200)
    const came = () => new Set(receiver.received.map(({ path, headers }) => `${path} ${String(headers['webhook-id'])}`)).size
    const stats = () => product.api<Stats>('GET', '/app/limited/stats').catch(() => undefined)
    try {
      for (const one of all) await one.start()
      await product.api('POST', '/plan', { name: 'hourly', deliveriesPerHour: PER_HOUR })
      await product.api('POST', '/app', { uid: 'limited', name: 'Limited', plan: 'hourly' })
      for (let i = 0; i < ENDPOINTS; i++) await product.api('POST', '/app/limited/endpoint', { url: `${receiver.url}/${i}` })

      const killed = expect
        .poll(() => receiver.received.length, PATIENCE)
        .toBeGreaterThan(KILLED_AT)
        .then(() => victim.kill())
      await sendMessages(all)
      await killed
      await victim.start()
      await sendMessages(all, MESSAGES - (await countMessages(product)))

      // All that has not come waits for the hour, and nothing moves any more.
      let before = ''
      const isQuiet = async (): Promise<boolean> => {
        const now = (await stats())?.now
        const [last, present] = [
          before,
          JSON.stringify([now, receiver.received.length], (name, value: unknown) => (name === 'oldestWaitingMs' ? 0 : value)),
        ]
        before = present
        return now !== undefined && now.waiting === 0 && now.throttled >= DELIVERIES - came() && present === last
      }
      await expect.poll(isQuiet, { ...PATIENCE, interval: 500 }).toBe(true)
      expect(receiver.received.length).toBeLessThanOrEqual(PER_HOUR)
      expect(receiver.received.length).toBeGreaterThan(KILLED_AT)

      // Nobody waits for the hour that was, when the plan allows more.
      await product.api('PATCH', '/plan/hourly', { deliveriesPerHour: null })
      await expect.poll(came, PATIENCE).toBe(DELIVERIES)
    } finally {
      for (const one of all) await one.remove()
      await receiver[Symbol.asyncDispose]()
      await database?.drop()
    }
  })
})

/** Each under an id of its own, to one process after the other; what a dying one does not answer is sent by nobody else. */
async function sendMessages(all: readonly Product[], count = MESSAGES): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, i) =>
      all[i % all.length]!.api('POST', '/app/limited/msg', { eventType: 'a.b', payload: { i } }).catch(() => undefined),
    ),
  )
}

async function countMessages(product: Product): Promise<number> {
  let count = 0
  for (let iterator = ''; ;) {
    const page = await product.api<{ data: unknown[]; iterator: string; done: boolean }>('GET', `/app/limited/msg?limit=250${iterator}`)
    count += page.data.length
    if (page.done) return count
    iterator = `&iterator=${page.iterator}`
  }
}
