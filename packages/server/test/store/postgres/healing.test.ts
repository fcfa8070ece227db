import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { sleep, systemClock } from '#platform'
import { createCollectingLog, silentLog } from '#platform/testing'
import type { Store } from '#store'
import { tablesOf } from '#store/testing'
import { openPostgres } from '#store/postgres'
import { startPostgres, type Cluster } from '../../../../../test/support/postgres.ts'
import { createScene, delivered, retry } from '../conformance/scene.ts'
import { worldOver, type Subject } from '../conformance/subject.ts'
import { createUnreliableWire } from './unreliable-wire.ts'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startPostgres()
})
afterAll(() => cluster.stop())

async function openHarness(url: string, options: { connectionsMax?: number } = {}) {
  const log = createCollectingLog()
  const store = await openPostgres({ url, clock: systemClock, log, ...options })
  onTestFinished(() => store.close())
  const subject: Subject = {
    store,
    world: worldOver(store),
    now: async () => Date.now(),
    advance: async () => {},
    close: async () => {},
  }
  return { store, log, scene: await createScene(subject) }
}

async function count(sql: string): Promise<number> {
  const client = new pg.Client({ connectionString: cluster.url })
  await client.connect()
  try {
    return Number((await client.query(`select count(*) as n from ${sql}`)).rows[0].n)
  } finally {
    await client.end()
  }
}

/** Until the store takes a write again. */
async function healed(store: Store): Promise<number> {
  const from = performance.now()
  for (;;) {
    try {
      await store.health()
      return performance.now() - from
    } catch {
      await sleep(systemClock, 20)
    }
  }
}

it('F5: loses nothing that it acknowledged over hard restarts of the database, and heals at once', async () => {
  const { store, scene } = await openHarness(cluster.url)
  const acknowledged: string[] = []
  let working = true
  const writer = async () => {
    while (working) {
      const requests = Array.from({ length: 5 }, () => scene.request())
      const answer = await store
        .accept(
          scene.session,
          requests.map((request) => scene.operation({ request })),
        )
        .catch(() => sleep(systemClock, 5))
      if (answer) acknowledged.push(...requests.map((request) => request.id))
    }
  }
  const writers = [writer(), writer(), writer(), writer()]
  for (let round = 0; round < 3; round++) {
    const before = acknowledged.length
    await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 50)
    await cluster.killHard()
    await expect(store.health()).rejects.toThrow()
    await cluster.restart()
    expect(await healed(store)).toBeLessThan(5000)
  }
  working = false
  await Promise.all(writers)
  const kept = await tablesOf(scene.store).selectFrom('request').select('id').where('id', 'in', acknowledged).execute()
  expect(kept).toHaveLength(acknowledged.length)
})

it('F8: finds out what became of commits whose answers were lost, and does nothing twice', async () => {
  const wire = await createUnreliableWire(cluster.url)
  onTestFinished(() => wire.close())
  const { store, scene } = await openHarness(wire.url)
  const lane = await scene.endpoint()
  const rounds = 25
  for (let round = 0; round < rounds; round++) {
    const application = await scene.application()
    const request = scene.request()
    const run = scene.run({ request_id: request.id })
    const message = scene.message([lane])
    const dedup = { scope: 'lst', key: `k${round}`, ref: request.id, keepMs: 60_000 }
    const copy = scene.request()
    wire.loseAnswers('"kinds"', 1)
    const { results } = await store.accept(scene.session, [
      scene.operation({ application, request, runs: [run], messages: [message], dedups: [dedup] }),
      scene.operation({ application, request: copy, dedups: [{ ...dedup, ref: copy.id }] }),
      scene.operation({ application: { ...application, version: -1 }, request: scene.request() }),
    ])
    expect(results).toEqual([{ kind: 'accepted' }, { kind: 'duplicate', scope: 'lst', ref: request.id }, { kind: 'stale' }])

    // The lane was taken, though nobody heard of it.
    const claimed = await store.claim(scene.session, 4, 10)
    const [task] = claimed.tasks.length > 0 ? claimed.tasks : await store.refill(scene.session, [{ lane, tasksMax: 10 }])
    expect(task!.delivery).toBe(message.deliveries[0]!.id)

    wire.loseAnswers('"kinds"', 1)
    const committed = await store.commitRuns(scene.session, [scene.commit(run.id, { status: 'ok', finishedAt: 1 })])
    expect(committed.results).toEqual([{ kind: 'committed', rev: 1 }])

    wire.loseAnswers('"settled"', 1)
    expect(await store.settle(scene.session, [delivered(task!, scene.attempt(task!))], [])).toEqual([{ settled: true, woken: null }])
    expect(await store.settle(scene.session, [delivered(task!, scene.attempt(task!))], [])).toEqual([{ settled: false, woken: null }])
    expect(await scene.world.attempts(task!.delivery)).toHaveLength(1)
    expect(await scene.world.run(run.id)).toMatchObject({ status: 'ok', rev: 1 })
    expect(await scene.world.request(copy.id)).toMatchObject({ status: 'duplicate', duplicate_of: request.id })
  }
  expect(wire.lost).toBe(3 * rounds)
})

it('F8: of a lost answer it is found out too that a task of an ordered lane kept its place', async () => {
  const wire = await createUnreliableWire(cluster.url)
  onTestFinished(() => wire.close())
  const { store, scene } = await openHarness(wire.url)
  const lane = await scene.endpoint()
  await scene.world.setOrder(lane, scene.app, true)
  const { tasks } = await scene.send([lane])
  wire.loseAnswers('"settled"', 1)
  const settled = await scene.settle(retry(tasks[0]!, scene.attempt(tasks[0]!)))
  expect(settled).toEqual({ settled: true, woken: null, keptPlace: true })
  expect(wire.lost).toBe(1)
  expect(await scene.world.delivery(tasks[0]!.delivery)).toMatchObject({ attempts: 1, retries: 1 })
  expect(await store.refill(scene.session, [{ lane, tasksMax: 1 }])).toEqual(tasks)
})

it('F8: what was never kept is committed after all', async () => {
  const { store, scene } = await openHarness(cluster.url)
  const request = scene.request()
  const client = new pg.Client({ connectionString: cluster.url })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('begin')
  await client.query('lock table request in exclusive mode')
  const accepting = store.accept(scene.session, [scene.operation({ request })])
  const waiting = `pg_stat_activity where wait_event_type = 'Lock' and application_name = 'posthorn hot'`
  await expect.poll(() => count(waiting)).toBe(1)
  await client.query(`select pg_terminate_backend(pid) from ${waiting}`)
  await client.query('commit')
  expect((await accepting).results).toEqual([{ kind: 'accepted' }])
  expect(await count(`request where id = '${request.id}'`)).toBe(1)
})

it('F7: notices connections that carry nothing any more, and goes on with new ones', async () => {
  const wire = await createUnreliableWire(cluster.url)
  onTestFinished(() => wire.close())
  const { store, scene, log } = await openHarness(wire.url)
  await Promise.all([store.beat(scene.session), store.health(), store.health(), scene.world.application(scene.app)])
  wire.freeze()
  const from = performance.now()
  // The beat is the first to notice; what asks after it gets a new connection at once.
  await expect(store.beat(scene.session)).rejects.toThrow()
  expect(performance.now() - from).toBeLessThan(4000)
  expect((await store.beat(scene.session)).alive).toBe(true)
  const request = scene.request()
  const { results } = await store.accept(scene.session, [scene.operation({ request })])
  expect(results).toEqual([{ kind: 'accepted' }])
  expect(await scene.world.request(request.id)).toBeDefined()
  expect(performance.now() - from).toBeLessThan(5000)
  expect(log.entries.map((entry) => entry.event)).toContain('store.connection.dropped')
})

it('F6: drops connections to a server that takes no writes any more, and takes none of it into use', async () => {
  const { store } = await openHarness(cluster.url)
  await store.health()
  const client = new pg.Client({ connectionString: cluster.url })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('alter system set default_transaction_read_only = on')
  await client.query('select pg_reload_conf()')
  await expect
    .poll(() =>
      store.health().then(
        () => 'writes',
        (error: { code: string }) => error.code,
      ),
    )
    .toBe('store_read_only')
  await client.query('set default_transaction_read_only = off')
  await client.query('alter system reset default_transaction_read_only')
  await client.query('select pg_reload_conf()')
  expect(await healed(store)).toBeLessThan(5000)
})

it('closes although connections are dead', async () => {
  const wire = await createUnreliableWire(cluster.url)
  onTestFinished(() => wire.close())
  const store = await openPostgres({ url: wire.url, clock: systemClock, log: silentLog })
  await store.health()
  wire.freeze()
  await expect(store.close()).resolves.toBeUndefined()
})
