import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type RunningServer } from '@posthorn/server'
import { furnish, type House } from '../chaos/house.ts'
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts'
import { commits, createFailingStore, storeOperations, type Injection, type StoreOperation } from './failing-store.ts'

const ARRIVE_MS = 20_000
/** No scenario calls one operation so often; a loop that never runs out of injections is a fault itself. */
const CALLS_MAX = 30

describe.for(['sqlite', 'postgres'] as const)('when a call of the store fails (%s)', (engine) => {
  let folder: string
  let database: FreshDatabase | undefined
  let server: RunningServer
  let house: House
  let failing: ReturnType<typeof createFailingStore>
  let sent = 0

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posthorn-faults-'))
    if (engine === 'postgres') database = await freshDatabase()
    const environment = {
      POSTHORN_PORT: '0',
      POSTHORN_DATA: folder,
      POSTHORN_LOG_LEVEL: 'error',
      ...(database && { POSTHORN_DATABASE_URL: database.url }),
    }
    server = await startServer(
      { environment, flags: {}, file: undefined, dev: true },
      {
        store(store) {
          failing = createFailingStore(store)
          return failing.store
        },
      },
    )
    house = await furnish({ port: Number(new URL(server.url).port), api, apiKey: server.firstKey! }, 4)
  }, 60_000)

  afterAll(async () => {
    await house.close()
    await server.stop()
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  }, 60_000)

  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { authorization: `Bearer ${server.firstKey}`, 'content-type': 'application/json' }
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return JSON.parse(text) as T
  }

  /** One request all the way, with the injection armed. A sender tries again until it is acknowledged, as GitHub would. */
  async function passes(injection: Injection): Promise<boolean> {
    const id = `fault-${++sent}`
    failing.arm(injection)
    await house.send(id)
    await house.arrived(new Set([id]), ARRIVE_MS)
    const happened = failing.disarm()
    await settled()
    return !happened
  }

  /** Nothing is stuck: every run and delivery ends. */
  async function settled(): Promise<void> {
    const open = async () => {
      const pages = await Promise.all([
        ...['queued', 'running', 'waiting'].map((status) => api<{ data: unknown[] }>('GET', `/app/chaos/run?status=${status}&limit=1`)),
        ...['waiting', 'sending'].map((status) => api<{ data: unknown[] }>('GET', `/app/chaos/delivery?status=${status}&limit=1`)),
      ])
      return pages.some((page) => page.data.length > 0)
    }
    await expect.poll(open, { timeout: ARRIVE_MS, interval: 20 }).toBe(false)
  }

  const cases = [
    ...storeOperations.map((operation) => ({ operation, how: 'refused' as const })),
    ...commits.map((operation: StoreOperation) => ({ operation, how: 'unknown' as const })),
  ]

  test.for(cases)(
    '$operation $how at the 1st, 2nd, 3rd ... time: no false 2xx, no stuck run, nothing lost',
    { timeout: 180_000 },
    async ({ operation, how }) => {
      let call = 1
      while (!(await passes({ operation, how, call }))) {
        call++
        expect(call).toBeLessThan(CALLS_MAX)
      }
      const { data } = await api<{ data: { status: string }[] }>('GET', '/app/chaos/run?limit=250')
      expect(data.filter((run) => run.status !== 'ok')).toEqual([])
    },
  )
})
