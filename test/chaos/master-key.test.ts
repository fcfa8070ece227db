import { existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, vi } from 'vitest'
import { emptyDatabase } from '../support/postgres.ts'
import { createProduct, type Product } from '../support/product.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.ts'

const LONG_MS = 600_000
const WAITING = 20
const REFUSED = 2
const OTHER = 'another-master-key-that-is-long-enough'
/** The key of the data folder, not one that is given. */
const ownKey = { POSTHORN_MASTER_KEY: undefined }

const engines = [
  ['SQLite', async () => ({ url: undefined, drop: async () => {} })],
  ['PostgreSQL', emptyDatabase],
] as const

interface Delivery {
  readonly status: string
  readonly attempts: number
}

/** An endpoint that is paused with 20 deliveries waiting, and enabled again by the next life. */
async function waitingDeliveries(product: Product, url: string): Promise<void> {
  await product.api('POST', '/app', { uid: 'shop', name: 'Shop' })
  await product.api('POST', '/event-type', { name: 'order.paid', description: 'An order was paid.' })
  await product.api('POST', '/app/shop/endpoint', { uid: 'erp', url, state: 'paused' })
  for (let n = 0; n < WAITING; n++) await product.api('POST', '/app/shop/msg', { eventType: 'order.paid', payload: { n } })
}

const arrived = (receiver: RecordingReceiver) =>
  vi.waitFor(() => receiver.received.length >= WAITING || Promise.reject(new Error(`${receiver.received.length} arrived`)), {
    timeout: 60_000,
    interval: 50,
  })

const deliveriesOf = async (product: Product) => (await product.api<{ data: Delivery[] }>('GET', '/app/shop/delivery?limit=250')).data

describe.concurrent('the master key, with the program as it is run', () => {
  test.for(engines)(
    'on %s: deliveries wait, the process is killed, the key is away: the start is refused; with the key all are delivered',
    { timeout: LONG_MS },
    async ([, database], { expect }) => {
      const { url, drop } = await database()
      const product = await createProduct({ databaseUrl: url })
      const receiver = await startRecordingReceiver()
      try {
        await product.start(ownKey)
        await waitingDeliveries(product, receiver.url)
        await product.kill()
        const key = join(product.folder, 'master.key')
        renameSync(key, `${key}.away`)
        for (const environment of [ownKey, { POSTHORN_MASTER_KEY: OTHER }]) {
          const { code, output } = await product.refusedStart(environment)
          expect([code, output]).toEqual([REFUSED, expect.stringContaining('was sealed under the master key')])
        }
        expect(existsSync(key)).toBe(false)
        writeFileSync(key, OTHER, { mode: 0o600 })
        expect((await product.refusedStart(ownKey)).output).toContain(`${key} gives another one`)
        renameSync(`${key}.away`, key)
        await product.start(ownKey)
        expect(new Set((await deliveriesOf(product)).map(({ status }) => status))).toEqual(new Set(['held']))
        await product.api('PATCH', '/app/shop/endpoint/erp', { state: 'active' })
        await arrived(receiver)
        await product.stop()
        await product.start(ownKey)
        const deliveries = await deliveriesOf(product)
        expect(deliveries).toHaveLength(WAITING)
        for (const delivery of deliveries) expect(delivery).toMatchObject({ status: 'delivered', attempts: 1 })
      } finally {
        await product.remove()
        await receiver[Symbol.asyncDispose]()
        await drop()
      }
    },
  )

  test(
    'on PostgreSQL: a node that joins with another key, or none, is refused, and the first one works on',
    { timeout: LONG_MS },
    async ({ expect }) => {
      const database = await emptyDatabase()
      const [first, second] = [await createProduct({ databaseUrl: database.url }), await createProduct({ databaseUrl: database.url })]
      const receiver = await startRecordingReceiver()
      try {
        await first.start()
        await waitingDeliveries(first, receiver.url)
        const joined = await second.refusedStart({ POSTHORN_MASTER_KEY: OTHER })
        expect([joined.code, joined.output]).toEqual([REFUSED, expect.stringContaining('POSTHORN_MASTER_KEY gives another one')])
        const keyless = await second.refusedStart(ownKey)
        expect([keyless.code, keyless.output]).toEqual([REFUSED, expect.stringContaining('there is no key')])
        expect(existsSync(join(second.folder, 'master.key'))).toBe(false)
        await first.api('PATCH', '/app/shop/endpoint/erp', { state: 'active' })
        await arrived(receiver)
        await second.start()
        expect(await deliveriesOf(second)).toHaveLength(WAITING)
      } finally {
        await first.remove()
        await second.remove()
        await receiver[Symbol.asyncDispose]()
        await database.drop()
      }
    },
  )

  test('a database that is gone or empty is no first start; --new begins one, once', { timeout: LONG_MS }, async ({ expect }) => {
    const product = await createProduct()
    try {
      await product.start(ownKey)
      await product.api('POST', '/app', { uid: 'shop', name: 'Shop' })
      await product.stop()
      const db = join(product.folder, 'posthorn.db')
      const key = readFileSync(join(product.folder, 'master.key'), 'utf8')
      renameSync(db, `${db}.away`)
      const gone = await product.refusedStart(ownKey)
      expect([gone.code, gone.output]).toEqual([REFUSED, expect.stringContaining('posthorn.db is missing or empty')])
      writeFileSync(db, '')
      expect((await product.refusedStart(ownKey)).code).toBe(REFUSED)
      rmSync(db)
      await product.start(ownKey, ['--new'])
      await product.kill()
      expect(readFileSync(join(product.folder, 'master.key'), 'utf8')).toBe(key)
      expect((await product.refusedStart(ownKey, ['--new'])).output).toContain('holds a store already')
      await product.start(ownKey)
      await expect(product.api('GET', '/app/shop')).rejects.toThrow('404')
      await product.kill()
      truncateSync(db)
      expect((await product.refusedStart(ownKey)).output).toContain('posthorn.db')
    } finally {
      await product.remove()
    }
  })

  test(
    'files that are removed while it runs: 503 and not ready from then on, and an orderly stop saves what was acknowledged',
    { timeout: LONG_MS },
    async ({ expect }) => {
      const product = await createProduct()
      try {
        await product.start()
        await product.api('POST', '/app', { uid: 'shop', name: 'Shop' })
        const { id } = await product.api<{ id: string }>('POST', '/app/shop/listener', {
          name: 'Open',
          suffix: '/open',
          methods: ['POST'],
          auth: { kind: 'none' },
        })
        const send = async () => fetch(`${product.url}/in/shop/open`, { method: 'POST', body: '{}' })
        expect((await send()).status).toBe(202)
        const db = join(product.folder, 'posthorn.db')
        for (const end of ['', '-wal', '-shm']) rmSync(db + end)
        const refused = await send()
        expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
          503,
          expect.any(String),
          expect.objectContaining({ code: 'store_lost' }),
        ])
        const api = await fetch(`${product.url}/api/v1/app`, {
          method: 'POST',
          headers: { authorization: `Bearer ${product.apiKey}`, 'content-type': 'application/json' },
          body: '{"name":"Late"}',
        })
        expect([api.status, await api.json()]).toEqual([503, expect.objectContaining({ code: 'store_lost' })])
        const ready = await fetch(`${product.url}/readyz`)
        expect([ready.status, await ready.json()]).toEqual([503, expect.objectContaining({ code: 'store_lost' })])
        expect(product.log()).toContain('was removed or moved away')
        await product.stop()
        expect((await product.refusedStart()).code).toBe(REFUSED)
        renameSync(`${db}.rescued`, db)
        await product.start()
        const { data } = await product.api<{ data: { status: string }[] }>('GET', `/app/shop/listener/${id}/request`)
        expect(data.map(({ status }) => status)).toEqual(['accepted'])
      } finally {
        await product.remove()
      }
    },
  )
})
