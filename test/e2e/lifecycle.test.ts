import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { furnish, untilQuiet, withHarness, type HouseOptions } from '../chaos/harness.ts'
import { compare, sendAll } from '../chaos/kill-storm.ts'
import { freshDatabase } from '../support/postgres.ts'
import { createProduct, type Product } from '../support/product.ts'
import { fetched } from './whole-server.ts'

const CONNECTIONS = 16
const ARRIVE_MS = 120_000
/** Within which an orderly stop must end, whatever is under way. */
const STOP_MS_MAX = 25_000
const clean = { lost: 0, notStored: 0, unverified: 0, waitingTasks: 0, unfinishedRuns: 0, strandedLanes: 0, attemptGaps: 0, failed: 0 }

async function withProduct(scene: (product: Product) => Promise<void>, databaseUrl?: string): Promise<void> {
  const product = await createProduct({ databaseUrl })
  try {
    await scene(product)
  } finally {
    await product.remove()
  }
}

async function onPostgres(scene: (databaseUrl: string) => Promise<void>): Promise<void> {
  const database = await freshDatabase()
  try {
    await scene(database.url)
  } finally {
    await database.drop()
  }
}

// One after the other: what is under way while another test starts its servers says how busy the machine is.
describe('F29: SIGTERM while requests are under way', () => {
  const stopUnderLoad = (options: Omit<HouseOptions, 'connections'>) =>
    withHarness({ connections: CONNECTIONS, ...options }, async (product, harness) => {
      const acknowledged = new Set<string>()
      const sent = sendAll(harness, { requests: 800, connections: CONNECTIONS, acknowledged })
      sent.catch(() => undefined)
      while (acknowledged.size < 200) await pause(5)
      const answers: (number | 'refused')[] = []
      const startedAt = performance.now()
      let stopped = false
      const stopping = product.stop().finally(() => (stopped = true))
      // Somebody who comes meanwhile is told to come again, or finds nobody.
      while (!stopped) {
        const answer = await fetched(`${product.url}/in/chaos/github`, { method: 'POST', body: '{}' }).catch(() => undefined)
        answers.push(answer?.status ?? 'refused')
        await pause(5)
      }
      const code = await stopping
      const stopMs = performance.now() - startedAt
      await product.start()
      await sent
      await harness.arrived(acknowledged, ARRIVE_MS)
      await untilQuiet(product)
      await product.stop()
      return { code, stopMs, answers: new Set(answers), ...(await compare(product, harness, acknowledged)) }
    })

  // Both threads drain: each commit takes so long that some always wait at the store's.
  const slowThread = { POSTHORN_STORE_THREAD: 'always', POSTHORN_FAILPOINT: 'store.applied=2' }
  test('on SQLite: exits 0, loses nothing that was acknowledged, and repeats nothing', { timeout: 600_000 }, async ({ expect }) => {
    const { stopMs, answers, ...report } = await stopUnderLoad({ environment: slowThread })
    expect(report).toMatchObject({ ...clean, code: 0, duplicates: 0 })
    expect(stopMs).toBeLessThan(STOP_MS_MAX)
    // 401: the unsigned request came before the signal was heard.
    for (const answer of answers) expect([401, 503, 'refused']).toContain(answer)
  })

  test('on PostgreSQL: exits 0, loses nothing that was acknowledged, and repeats nothing', { timeout: 600_000 }, ({ expect }) =>
    onPostgres(async (databaseUrl) => {
      const { stopMs, answers, ...report } = await stopUnderLoad({ databaseUrl })
      expect(report).toMatchObject({ ...clean, code: 0, duplicates: 0 })
      expect(stopMs).toBeLessThan(STOP_MS_MAX)
      for (const answer of answers) expect([401, 503, 'refused']).toContain(answer)
    }),
  )

  test('callers of both planes on kept connections hear an answer to all that they sent', ({ expect }) =>
    withProduct(async (product) => {
      await product.start()
      await product.api('POST', '/app/default/listener', { name: 'Open', suffix: '/open', auth: { kind: 'none' } })
      // One connection each: an agent for all would open new ones all the time.
      const agents = Array.from({ length: CONNECTIONS }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
      const heard = { answers: new Set<number>(), ends: [] as string[], closed: 0 }
      const call = async (n: number): Promise<void> => {
        const ask = n % 2 === 0 ? { method: 'POST', path: '/in/default/open' } : { method: 'GET', path: '/api/v1/app' }
        const asked = request({
          ...ask,
          agent: agents[n],
          port: product.port,
          headers: { authorization: `Bearer ${product.apiKey}` },
        }).end()
        const [answer] = (await once(asked, 'response')) as [IncomingMessage]
        heard.answers.add(answer.statusCode!)
        if (answer.headers.connection === 'close') heard.closed++
        await answer.resume().toArray()
      }
      const callUntilGone = async (n: number): Promise<void> => {
        for (;;) {
          const code = await call(n).then(
            () => undefined,
            (error: NodeJS.ErrnoException) => error.code,
          )
          if (code !== undefined) return void heard.ends.push(code)
        }
      }
      const calling = Array.from({ length: CONNECTIONS }, (_, n) => callUntilGone(n))
      while (heard.answers.size < 2) await pause(5)
      expect(await product.stop()).toBe(0)
      await Promise.all(calling)
      for (const agent of agents) agent.destroy()
      expect(heard).toEqual({ answers: new Set([200, 202]), ends: Array(CONNECTIONS).fill('ECONNREFUSED'), closed: CONNECTIONS })
    }))
})

describe.concurrent('starting', () => {
  test('F28: a second process on the folder of a running one is refused with a sentence that helps', ({ expect }) =>
    withProduct(async (product) => {
      await product.start()
      const second = await product.refusedStart({ POSTHORN_PORT: '0' })
      expect(second.code).toBe(2)
      expect(second.output).toContain(`The data folder ${product.folder} is in use by another Posthorn process.`)
      expect(second.output).toContain('POSTHORN_DATA')
      expect((await fetched(`${product.url}/readyz`)).status).toBe(200)
    }))

  test('unknown POSTHORN_ names and wrong values are refused, all of them at once', ({ expect }) =>
    withProduct(async (product) => {
      const refused = await product.refusedStart({ POSTHORN_PROT: '1', POSTHORN_ROLES: 'ingest,cook', POSTHORN_LOG_LEVEL: 'loud' })
      expect(refused.code).toBe(2)
      expect(refused.output).toMatch(/POSTHORN_PROT: there is no such setting\. Did you mean POSTHORN_PORT\?/)
      expect(refused.output).toContain('POSTHORN_ROLES')
      expect(refused.output).toContain('POSTHORN_LOG_LEVEL')
      expect(refused.output.trim().split('\n')).toHaveLength(3)
    }))

  test('a port that is taken is reported with the setting that changes it', ({ expect }) =>
    withProduct(async (product) => {
      await product.start()
      await withProduct(async (other) => {
        const refused = await other.refusedStart({ POSTHORN_PORT: String(product.port) })
        expect(refused.code).toBe(2)
        expect(refused.output).toContain(`Port ${product.port} is in use`)
        expect(refused.output).toContain('POSTHORN_PORT')
      })
    }))

  test('the first start prints where it listens, the documentation and a key that works; the second prints no key', ({ expect }) =>
    withProduct(async (product) => {
      const ownKey = { POSTHORN_API_KEY: undefined }
      await product.start(ownKey)
      await expect.poll(() => product.log()).toContain('/openapi.json')
      const said = product.log()
      expect(said).toContain(`Posthorn listens on ${product.url}`)
      expect(said).toContain(`${product.url}/docs`)
      const key = /First key: +(\S+)/.exec(said)?.[1]
      const listed = () => fetched(`${product.url}/api/v1/app`, { headers: { authorization: `Bearer ${key}` } })
      expect((await listed()).status).toBe(200)
      expect(await product.stop()).toBe(0)

      await product.start(ownKey)
      await expect.poll(() => product.log().split('/openapi.json').length).toBe(3)
      expect(product.log().split('First key:')).toHaveLength(2)
      expect((await listed()).status).toBe(200)
    }))

  test('listeners on a port of their own are reached there only, and the API only on the other', ({ expect }) =>
    withProduct(async (product) => {
      await product.start({ POSTHORN_INGRESS_PORT: '0' })
      await expect.poll(() => product.log()).toMatch(/Listeners: +(\S+)\/in\//)
      const ingressUrl = /Listeners: +(\S+)\/in\//.exec(product.log())![1]!
      const made = await product.api<{ publicUrl: string }>('POST', '/app/default/listener', {
        name: 'Open',
        system: 'custom',
        suffix: '/open',
        methods: ['POST'],
        auth: { kind: 'none' },
      })
      expect(new URL(made.publicUrl).port).toBe(new URL(ingressUrl).port)
      const post = (base: string) => fetched(`${base}/in/default/open`, { method: 'POST', body: 'x' })
      expect((await post(ingressUrl)).status).toBe(202)
      expect((await post(product.url)).status).toBe(404)
      expect((await fetched(`${ingressUrl}/api/v1/app`)).status).toBe(404)
      expect((await fetched(`${ingressUrl}/docs`)).status).toBe(404)
    }))
})

describe.concurrent('processes that do a part of the work each, on one PostgreSQL', () => {
  test.for([
    ['ingest', 'flows,delivery,api'],
    ['ingest,flows', 'delivery,api'],
    ['ingest,delivery', 'flows,api'],
  ])('%s beside %s: every request is run, answered and delivered once', { timeout: 600_000 }, ([near, far], { expect }) =>
    onPostgres((databaseUrl) =>
      withProduct(
        (ingest) =>
          withProduct(async (worker) => {
            await worker.start({ POSTHORN_ROLES: far })
            await ingest.start({ POSTHORN_ROLES: near })
            const harness = await furnish(worker, CONNECTIONS)
            try {
              const acknowledged = new Set<string>()
              const send = async (first: number) => {
                for (let n = first; n < 120; n += CONNECTIONS) {
                  await harness.send(`request-${n}`, { via: ingest })
                  acknowledged.add(`request-${n}`)
                }
              }
              await Promise.all(Array.from({ length: CONNECTIONS }, (_, first) => send(first)))
              // A message comes in where the API is.
              await harness.post('message-1')
              acknowledged.add('message-1')
              await harness.arrived(acknowledged, ARRIVE_MS)
              await untilQuiet(worker)
              await Promise.all([ingest.stop(), worker.stop()])
              expect(await compare(worker, harness, acknowledged)).toMatchObject({ ...clean, duplicates: 0 })
            } finally {
              await harness.close()
            }
          }, databaseUrl),
        databaseUrl,
      ),
    ),
  )
})

test('a listener that waits for its next request as its example takes it in the next life, too', { timeout: 600_000 }, ({ expect }) =>
  withProduct(async (product) => {
    await product.start()
    const path = '/app/default/listener/orders'
    await product.api('POST', '/app/default/listener', { uid: 'orders', name: 'Orders', suffix: '/orders', auth: { kind: 'none' } })
    await product.api('POST', `${path}/capture`, { next: true, seconds: 3600 })
    await product.kill()
    await product.start()
    const body = '{"order":{"total":12}}'
    const headers = { 'content-type': 'application/json' }
    expect((await fetched(`${product.url}/in/default/orders`, { method: 'POST', headers, body })).status).toBe(202)
    const listener = () => product.api<{ capture: { status: string }; expected: object }>('GET', path)
    await expect.poll(async () => (await listener()).capture.status, { timeout: 60_000, interval: 50 }).toBe('taken')
    expect((await listener()).expected).toMatchObject({ body: { order: { total: 12 } } })
  }),
)
