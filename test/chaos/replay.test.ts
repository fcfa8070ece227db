import { setTimeout as pause } from 'node:timers/promises'
import { describe, test, type ExpectStatic } from 'vitest'
import { freshDatabase } from '../support/postgres.ts'
import { createProduct, type Product } from '../support/product.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.ts'

const engines = [
  ['SQLite', async () => ({ url: undefined, drop: async () => {} })],
  ['PostgreSQL', freshDatabase],
] as const
const LONG_MS = 600_000
const SOON_MS = 60_000
/** Fewer messages than failures that open a circuit, so that all of them are tried at once. */
const ENDPOINTS = 20
const MESSAGES = 3
const FAILED = ENDPOINTS * MESSAGES
const LOOK_MS = 20

interface Row {
  readonly id: string
  readonly status: string
  readonly attempts: number
}
interface Replay {
  readonly id: string
  readonly status: string
  readonly queued: number
  readonly matched: number
}

/** Messages to endpoints that refused each of them, and answer 200 from now on. */
async function withFailed(
  { databaseUrl, failpoint }: { readonly databaseUrl: string | undefined; readonly failpoint?: string },
  scene: (product: Product, receiver: RecordingReceiver) => Promise<void>,
) {
  const product = await createProduct({ databaseUrl })
  let status = 503
  const receiver = await startRecordingReceiver(() => status)
  try {
    await product.start({ POSTHORN_FAILPOINT: failpoint })
    await product.api('POST', '/app', { uid: 'shop', name: 'Shop' })
    const body = { url: receiver.url, eventTypes: ['*'], retryPolicy: { waitsSeconds: [] } }
    for (let i = 0; i < ENDPOINTS; i++) await product.api('POST', '/app/shop/endpoint', body)
    for (let i = 0; i < MESSAGES; i++) await product.api('POST', '/app/shop/msg', { eventType: 'a.b', payload: { i } })
    await until(
      () => deliveries(product),
      (rows) => rows.every((row) => row.status === 'failed'),
    )
    status = 200
    await scene(product, receiver)
  } catch (error) {
    if (error instanceof Error) error.message += `\n--- log\n${product.log().slice(-3000)}`
    throw error
  } finally {
    await product.remove()
    await receiver[Symbol.asyncDispose]()
  }
}

const deliveries = async (product: Product) => (await product.api<{ data: Row[] }>('GET', '/app/shop/delivery?limit=250')).data
const read = (product: Product, id: string) => product.api<Replay>('GET', `/app/shop/replay/${id}`)

async function until<T>(look: () => Promise<T>, fits: (value: T) => boolean): Promise<T> {
  const deadline = performance.now() + SOON_MS
  for (;;) {
    const value = await look()
    if (fits(value)) return value
    if (performance.now() > deadline) throw new Error(`It did not come to that: ${JSON.stringify(value).slice(0, 500)}`)
    await pause(LOOK_MS)
  }
}

/** Every delivery was sent once by itself and once by the replay. */
async function expectEachOnce(product: Product, id: string, expect: ExpectStatic) {
  const done = await until(
    () => read(product, id),
    ({ status }) => status !== 'running',
  )
  expect(done).toMatchObject({ status: 'done', matched: FAILED, queued: FAILED })
  const rows = await until(
    () => deliveries(product),
    (all) => all.every(({ status }) => status === 'delivered'),
  )
  expect(rows.map(({ attempts }) => attempts)).toEqual(rows.map(() => 2))
  expect(rows).toHaveLength(FAILED)
}

describe.concurrent('a replay', () => {
  for (const [engine, makeDatabase] of engines) {
    test.for(['replay.before_step:2', 'replay.after_step:2'])(
      `on ${engine}, killed with kill -9 at %s, goes on after a restart and sends each once`,
      { timeout: LONG_MS },
      async (failpoint, { expect }) => {
        const database = await makeDatabase()
        try {
          // Nothing before the replay passes the place.
          await withFailed({ databaseUrl: database.url, failpoint }, async (product) => {
            const { id } = await product.api<Replay>('POST', '/app/shop/replay', { ratePerSecond: 6 })
            await product.ended
            await product.start()
            expect((await read(product, id)).queued).toBeLessThan(FAILED)
            await expectEachOnce(product, id, expect)
          })
        } finally {
          await database.drop()
        }
      },
    )
  }

  test(
    'on PostgreSQL is carried on by another process when the one that works on it is killed',
    { timeout: LONG_MS },
    async ({ expect }) => {
      const database = await freshDatabase()
      const other = await createProduct({ databaseUrl: database.url })
      try {
        await withFailed({ databaseUrl: database.url }, async (product) => {
          const { id } = await product.api<Replay>('POST', '/app/shop/replay', { ratePerSecond: 6 })
          await until(
            () => read(product, id),
            ({ queued }) => queued > 0,
          )
          await other.start()
          await product.kill()
          await expectEachOnce(other, id, expect)
        })
      } finally {
        await other.remove()
        await database.drop()
      }
    },
  )

  test('on PostgreSQL keeps its rate over two processes, and each is sent once', { timeout: LONG_MS }, async ({ expect }) => {
    const database = await freshDatabase()
    const other = await createProduct({ databaseUrl: database.url })
    try {
      await withFailed({ databaseUrl: database.url }, async (product) => {
        await other.start()
        const { id } = await product.api<Replay>('POST', '/app/shop/replay', { ratePerSecond: FAILED / 3 })
        await expectEachOnce(product, id, expect)
        // Three chunks, each a second after the one before.
        const { startedAt, finishedAt } = await product.api<{ startedAt: string; finishedAt: string }>('GET', `/app/shop/replay/${id}`)
        expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBeGreaterThanOrEqual(2000)
      })
    } finally {
      await other.remove()
      await database.drop()
    }
  })
})

describe.concurrent('the deletion of an endpoint', () => {
  for (const [engine, makeDatabase] of engines) {
    test(
      `on ${engine}, killed before it has cancelled what waits, is completed after a restart`,
      { timeout: LONG_MS },
      async ({ expect }) => {
        const database = await makeDatabase()
        const product = await createProduct({ databaseUrl: database.url })
        try {
          await product.start({ POSTHORN_FAILPOINT: 'api.endpoint_removed' })
          await product.api('POST', '/app', { uid: 'shop', name: 'Shop' })
          await product.api('POST', '/app/shop/endpoint', { url: 'http://127.0.0.1:8080/', uid: 'old', eventTypes: ['*'], state: 'paused' })
          for (let i = 0; i < 5; i++) await product.api('POST', '/app/shop/msg', { eventType: 'a.b', payload: { i } })
          await product.api('DELETE', '/app/shop/endpoint/old').catch(() => undefined)
          await product.ended
          await product.start()
          const rows = await until(
            () => deliveries(product),
            (all) => all.every(({ status }) => status === 'cancelled'),
          )
          expect(rows).toHaveLength(5)
        } finally {
          await product.remove()
          await database.drop()
        }
      },
    )
  }
})
