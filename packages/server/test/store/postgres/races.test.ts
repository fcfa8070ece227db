import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { ConfigCache } from '#coordination'
import { createFakeClock, silentLog } from '#platform/testing'
import { NEVER } from '#store'
import { named } from '#store/postgres'
import { createScene, delivered } from '../conformance/scene.ts'
import { createPostgresSubjects, type PostgresSubjects } from './postgres-subject.ts'

let subjects: PostgresSubjects
beforeAll(async () => {
  subjects = await createPostgresSubjects()
})
afterAll(() => subjects.drop())

/** A scene, and beside it a connection that can stand still in the middle of a transaction. */
async function openHarness() {
  const subject = await subjects.open()
  const scene = await createScene(subject)
  const client = new pg.Client({ connectionString: subject.url })
  await client.connect()
  onTestFinished(async () => {
    await client.end()
    await subject.close()
  })
  const laneRow = async (lane: string) =>
    (await client.query('select owner, next_due::float8, epoch::float8 from lane where lane = $1', [lane])).rows[0]
  return { scene, store: subject.store, client, laneRow }
}

/** Resolves once another connection waits for a lock. */
async function blocked(client: pg.Client): Promise<void> {
  await expect
    .poll(
      async () =>
        (await client.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)).rowCount,
    )
    .toBeGreaterThan(0)
}

it('regression: an accept that waited for a release sees that the lane is free, and takes it', async () => {
  const { scene, store, client, laneRow } = await openHarness()
  const lane = await scene.endpoint()
  await scene.send([lane])
  await client.query('begin')
  await client.query('delete from task')
  await client.query(named('select posthorn.release($1, $2)'), [scene.session, [lane]])
  const sending = scene.send([lane])
  await blocked(client)
  await client.query('commit')
  const { lanes, tasks, deliveries } = await sending
  expect(lanes.map((one) => one.lane)).toEqual([lane])
  expect(tasks.map((task) => task.delivery)).toEqual(deliveries)
  expect(await laneRow(lane)).toMatchObject({ owner: scene.session, next_due: NEVER })
  expect(await store.release(scene.session, [lane])).toEqual([lane])
})

it('regression: a release never waits: a lane that is being enqueued to stays owned, and is released the next time', async () => {
  const { scene, store, client } = await openHarness()
  const lanes = [await scene.endpoint(), await scene.endpoint()]
  await scene.send(lanes)
  await client.query('begin')
  await client.query('select 1 from lane where lane = $1 for key share', [lanes[0]])
  expect(await store.release(scene.session, lanes)).toEqual([lanes[1]])
  await client.query('commit')
  expect(await store.release(scene.session, lanes)).toEqual([lanes[0]])
})

it('regression: a release computes when the lane is due after those that were enqueueing have committed', async () => {
  const { scene, store, client, laneRow } = await openHarness()
  const lane = await scene.endpoint()
  const { tasks } = await scene.send([lane])
  await scene.settle(delivered(tasks[0]!, null))
  await client.query('begin')
  await client.query('select 1 from lane where lane = $1 for key share', [lane])
  await client.query(`insert into task (lane, due, delivery, manual) values ($1, 5, 'dlv_late', 0)`, [lane])
  expect(await store.release(scene.session, [lane])).toEqual([])
  await client.query('commit')
  expect(await store.release(scene.session, [lane])).toEqual([lane])
  expect(await laneRow(lane)).toMatchObject({ owner: null, next_due: 5 })
})

it('regression: keys wanted in any order do not deadlock', async () => {
  const { scene, store, client } = await openHarness()
  const count = async () =>
    Number((await client.query('select deadlocks from pg_stat_database where datname = current_database()')).rows[0].deadlocks)
  const before = await count()
  const keys = Array.from({ length: 30 }, (_, i) => `k${i}`)
  const accept = (round: number, flip: boolean) => {
    const dedups = keys.map((key) => ({ scope: 'lst', key: `${key} ${round}`, ref: scene.ids.make('req'), keepMs: 60_000 }))
    return store.accept(
      scene.session,
      (flip ? dedups.toReversed() : dedups).map((one) => scene.operation({ dedups: [one] })),
    )
  }
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all([accept(round, false), accept(round, true), accept(round, false), accept(round, true)])
    const kinds = answers.flatMap(({ results }) => results.map(({ kind }) => kind))
    expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(keys.length)
  }
  await expect.poll(count).toBe(before)
})

it('F23: of many copies at once exactly one is accepted, and all others hear which', async () => {
  const { scene, store } = await openHarness()
  const requests = Array.from({ length: 40 }, () => scene.request())
  const answers = await Promise.all(
    requests.map((request) =>
      store.accept(scene.session, [scene.operation({ request, dedups: [{ scope: 'lst', key: 'one', ref: request.id, keepMs: 60_000 }] })]),
    ),
  )
  const results = answers.flatMap((answer) => answer.results)
  const winner = requests[results.findIndex(({ kind }) => kind === 'accepted')]!.id
  expect(results.filter(({ kind }) => kind === 'accepted')).toHaveLength(1)
  for (const result of results) if (result.kind !== 'accepted') expect(result).toEqual({ kind: 'duplicate', scope: 'lst', ref: winner })
})

it('F27: a reap waits for what the session has under way, and nothing of it comes after', async () => {
  const { scene, store, client } = await openHarness()
  const adopter = await scene.openSession()
  const lane = await scene.endpoint()
  const { tasks } = await scene.send([lane])
  await client.query('begin')
  await client.query('select 1 from session where id = $1 for key share', [scene.session])
  let isReaped = false
  const reap = store.reap(scene.session, 0).then((reaped) => (isReaped = reaped))
  await blocked(client)
  expect(isReaped).toBe(false)
  await client.query('commit')
  expect(await reap).toBe(true)
  expect((await scene.settle(delivered(tasks[0]!, scene.attempt(tasks[0]!)))).settled).toBe(false)
  expect((await store.claim(scene.session, 10, 10)).lanes).toEqual([])
  expect(await store.freeLanes(scene.session, 10)).toBe(1)
  expect((await store.claim(adopter, 10, 10)).tasks).toEqual(tasks)
})

it("regression: a dead session's lane is freed although it is being enqueued to without a pause", async () => {
  const { scene, store, client, laneRow } = await openHarness()
  const lane = await scene.endpoint()
  await scene.send([lane])
  await store.closeSession(scene.session)
  await client.query('begin')
  await client.query('select 1 from lane where lane = $1 for key share', [lane])
  expect(await store.freeLanes(scene.session, 10)).toBe(1)
  expect(await laneRow(lane)).toMatchObject({ owner: null, epoch: 2, next_due: expect.closeTo(await scene.now(), -4) })
  await client.query('commit')
})

it('two who claim at once never get the same lane', async () => {
  const { scene, store } = await openHarness()
  const lanes: string[] = []
  while (lanes.length < 30) lanes.push(await scene.endpoint())
  const dead = await scene.openSession()
  await scene.send(lanes, dead)
  await store.closeSession(dead)
  await store.freeLanes(dead, 100)
  const sessions = [await scene.openSession(), await scene.openSession(), await scene.openSession()]
  const claims = await Promise.all([...sessions, ...sessions].map((session) => store.claim(session, 7, 5)))
  const taken = claims.flatMap((claim) => claim.lanes.map((lane) => lane.lane))
  expect(new Set(taken).size).toBe(taken.length)
  expect(taken.length).toBeGreaterThanOrEqual(30 - 7)
})

it('a claim answers again what the session owns if the answer that had it first was lost', async () => {
  const { scene, store, client } = await openHarness()
  const lane = await scene.endpoint()
  // As if the answer of the commit that took the lane had been lost on the way.
  await client.query(`update lane set owner = $1, epoch = epoch + 1 where lane = $2`, [scene.session, lane])
  await client.query('begin')
  await client.query('lock table lane in access exclusive mode')
  const claiming = store.claim(scene.session, 4, 4)
  await blocked(client)
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and pid <> pg_backend_pid()`,
  )
  await client.query('commit')
  expect((await claiming).lanes.map((one) => one.lane)).toEqual([lane])
})

it('a change that another process commits late reaches the cache all the same', async () => {
  const { scene, store, client } = await openHarness()
  const clock = createFakeClock()
  let changes = 0
  const changesOf: typeof store.changes = async (since) => {
    const answer = await store.changes(since)
    changes++
    return answer
  }
  const cache = new ConfigCache({ store: { ...store, onChange() {}, changes: changesOf }, clock, log: silentLog })
  onTestFinished(() => cache.stop())
  cache.start()
  await expect.poll(() => changes).toBeGreaterThan(0)
  const before = await cache.application(scene.app)
  await client.query('begin')
  await client.query(`update application set name = 'B', version = version + 1, changed_in = pg_current_xact_id() where id = $1`, [
    scene.app,
  ])
  // Others commit meanwhile, and the cache looks.
  const looks = changes
  await scene.world.addApplication('app_0000000000000000000009')
  await expect.poll(() => (clock.advance(1000), changes)).toBeGreaterThan(looks + 1)
  expect(cache.peek(scene.app)).toBe(before)
  await client.query('commit')
  await expect
    .poll(async () => {
      clock.advance(1000)
      return (await cache.application(scene.app))?.name
    })
    .toBe('B')
})
