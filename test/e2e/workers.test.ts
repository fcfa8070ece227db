import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyDatabase, type FreshDatabase } from '../support/postgres.ts'
import { createProduct, type Product } from '../support/product.ts'
import { fetched } from './whole-server.ts'

const twoWorkers = { POSTHORN_WORKERS: '2', POSTHORN_LOG_LEVEL: 'info', POSTHORN_API_KEY: undefined }

describe('several workers under one supervisor', () => {
  let database: FreshDatabase
  let product: Product
  beforeAll(async () => {
    database = await emptyDatabase()
    product = await createProduct({ databaseUrl: database.url })
    await product.start(twoWorkers)
  })
  afterAll(async () => {
    await product.remove()
    await database.drop()
  })

  const events = (event: 'ready' | 'ended') =>
    product
      .log()
      .split('\n')
      .filter((line) => line.includes(`"event":"server.worker.${event}"`))
      .map((line) => JSON.parse(line) as { readonly worker: number; readonly pid: number; readonly code: number | null })

  test('a first start makes one key and one store, and says so once', async () => {
    await expect.poll(() => events('ready').length).toBe(2)
    // The supervisor's log and a worker's come by two ways.
    await expect.poll(() => product.log().split('"event":"server.started"').length).toBe(3)
    for (const said of ['Posthorn listens on', 'First key:', 'First owner:', '"event":"store.begun"'])
      expect(product.log().split(said), said).toHaveLength(2)
  })

  test('whoever asks for metrics hears those of all, by worker', async () => {
    const { text } = await fetched(`${product.url}/metrics`)
    for (const worker of [1, 2]) expect(text).toMatch(new RegExp(`^posthorn_store_ready\\{worker="${worker}"\\} 1$`, 'm'))
    expect(text.split('# TYPE posthorn_store_ready gauge')).toHaveLength(2)
  })

  test('one that is asked to stop stops in order, and is replaced under its number while the port is served', async () => {
    const first = events('ready').find(({ worker }) => worker === 1)!
    process.kill(first.pid, 'SIGTERM')
    // Neither who leaves nor who comes turns anybody away.
    const answers = new Set<number>()
    while (events('ready').length < 3) {
      answers.add((await fetched(`${product.url}/healthz`, { headers: { connection: 'close' } })).status)
      await pause(2)
    }
    expect([...answers]).toEqual([200])
    expect(events('ended')).toMatchObject([{ worker: 1, pid: first.pid, code: 0 }])
    expect(events('ready')[2]).toMatchObject({ worker: 1 })
  })

  test('killed, the supervisor takes its workers along, and the next start is a first one no more', async () => {
    const pids = events('ready').map(({ pid }) => pid)
    await product.kill()
    for (const pid of pids) await expect.poll(() => isThere(pid)).toBe(false)
    await product.start(twoWorkers)
    expect(product.log().split('First key:')).toHaveLength(2)
    expect(await product.stop()).toBe(0)
  })

  test('a worker that cannot start says why, and the command ends with its exit code', async () => {
    const { code, output } = await product.refusedStart({
      ...twoWorkers,
      POSTHORN_MASTER_KEY: 'another-master-key-that-has-enough-characters',
    })
    expect(code).toBe(2)
    expect(output).toContain('was sealed under the master key')
    expect(output).not.toContain('server.worker')
  })
})

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
