import { plans, type ApplicationId } from '#domain'
import { createFakeClock, silentLog } from '#platform/testing'
import { expect, it, onTestFinished } from 'vitest'
import type { Mutation } from '#store'
import { tablesOf } from '#store/testing'
import { ConfigCache, type ConfigCacheOptions } from './config-cache.ts'
import { derive } from './derive.ts'
import { createScene } from '../../test/store/conformance/scene.ts'
import { openSqliteSubject } from '../../test/store/sqlite/sqlite-subject.ts'

async function openHarness(options: Partial<ConfigCacheOptions> = {}) {
  const subject = await openSqliteSubject()
  onTestFinished(() => subject.close())
  const scene = await createScene(subject)
  const { store, app } = scene
  const clock = createFakeClock()
  /** Counts the loads, and the looks at versions. */
  const reads = { applications: 0 }
  const counted =
    <Parameters extends unknown[], Result>(read: (...parameters: Parameters) => Result) =>
    (...parameters: Parameters): Result => {
      reads.applications++
      return read(...parameters)
    }
  const { applications } = store.queries
  const counting = { ...applications, snapshot: counted(applications.snapshot), versions: counted(applications.versions) }
  const cache = new ConfigCache({
    store: { ...store, queries: { ...store.queries, applications: counting } },
    clock,
    log: silentLog,
    ...options,
  })
  const mutate = async (statements: Mutation['statements']) => {
    const version = (await tablesOf(store).selectFrom('application').select('version').where('id', '=', app).executeTakeFirstOrThrow())
      .version
    expect(await store.mutate({ statements, application: { id: app, version }, audit: [] })).toEqual({ kind: 'done' })
  }
  const rename = (name: string) =>
    mutate([{ query: tablesOf(store).updateTable('application').set({ name }).where('id', '=', app).compile() }])
  const name = (uid: string | null) =>
    mutate([{ query: tablesOf(store).updateTable('application').set({ uid }).where('id', '=', app).compile() }])
  return { scene, store, app, clock, cache, mutate, rename, name, reads }
}

it('loads an application whole: endpoints with their secrets, listeners, flows with the published version, secrets', async () => {
  const { scene, store, app, cache, mutate } = await openHarness()
  const db = tablesOf(store)
  const [kept, deleted] = [await scene.endpoint(), await scene.endpoint()]
  const flow = (id: string, published_version: number | null) => ({
    ...{
      id,
      application_id: app,
      uid: id,
      name: id,
      enabled: 1,
      draft: '{}',
      published_version,
      created_at: 1,
      updated_at: 1,
      deleted_at: null,
    },
  })
  const version = (number: number) => ({
    flow_id: 'flow_1',
    version: number,
    definition: `{"v":${number}}`,
    created_at: 1,
    created_by: 'me',
    note: null,
    hash: null,
  })
  const secret = (id: string, created_at: number) => ({ id, endpoint_id: kept, sealed: id, created_at, expires_at: null })
  await mutate(
    [
      db.updateTable('endpoint').set({ deleted_at: 5 }).where('id', '=', deleted),
      db.insertInto('endpoint_secret').values([secret('s1', 1), secret('s2', 2), { ...secret('s3', 3), endpoint_id: deleted }]),
      db.insertInto('listener').values({
        ...{ id: 'lst_1', application_id: app, uid: 'orders', name: 'Orders', system: 'github', suffix: '/orders', methods: '["POST"]' },
        ...{ auth: 'sealed', config: '{}', enabled: 1, created_at: 1, updated_at: 1, deleted_at: null },
      }),
      db.insertInto('flow').values([flow('flow_1', 2), flow('flow_2', null)]),
      db.insertInto('flow_version').values([version(1), version(2)]),
      db.insertInto('secret').values({ application_id: app, name: 'erp', sealed: 'x', last4: 'abcd', created_at: 1, updated_at: 1 }),
    ].map((query) => ({ query: query.compile() })),
  )
  const snapshot = (await cache.application(app))!
  expect(snapshot).toMatchObject({ id: app, name: 'A', version: (await scene.application()).version, plan: plans.unlimited })
  expect(snapshot.endpoints).toMatchObject([{ id: kept, secrets: [{ id: 's2' }, { id: 's1' }] }])
  expect(snapshot.listeners).toMatchObject([{ id: 'lst_1', suffix: '/orders' }])
  expect(snapshot.flows).toMatchObject([
    { id: 'flow_1', published: { version: 2, definition: '{"v":2}' } },
    { id: 'flow_2', published: null },
  ])
  expect(snapshot.flows[0]).not.toHaveProperty('draft')
  expect(snapshot.secrets).toMatchObject([{ name: 'erp' }])
})

it('answers from memory until something changes, then at once with what is new', async () => {
  const { app, cache, rename, reads } = await openHarness()
  expect(cache.peek(app)).toBeUndefined()
  const first = await cache.application(app)
  expect(cache.peek(app)).toBe(first)
  expect(await cache.application(app)).toBe(first)
  expect(reads.applications).toBe(1)
  await rename('B')
  expect(cache.peek(app)).toBeUndefined()
  expect((await cache.application(app))!.name).toBe('B')
})

it('finds an application by its uid, and forgets the uid with it', async () => {
  const { app, cache, name } = await openHarness()
  await name('acme')
  expect((await cache.application('acme'))!.id).toBe(app)
  expect(cache.peek('acme')).toBe(cache.peek(app))
  await name('other')
  expect(cache.peek('acme')).toBeUndefined()
  expect(await cache.application('acme')).toBeUndefined()
  expect((await cache.application('other'))!.id).toBe(app)
})

it('loads once for all who ask at the same time', async () => {
  const { app, cache, reads } = await openHarness()
  const [first, second, third] = await Promise.all([cache.application(app), cache.application(app), cache.refresh(app)])
  expect(second).toBe(first)
  expect(third).toBe(first)
  expect(reads.applications).toBe(1)
})

it('does not keep what a change overtook while it was being loaded', async () => {
  const { app, cache, rename } = await openHarness()
  const loading = cache.application(app)
  await rename('B')
  await loading
  expect((await cache.application(app))!.name).toBe('B')
})

it('remembers for a second that an application does not exist, and hears at once of a new one', async () => {
  const { scene, cache, clock, name, reads } = await openHarness()
  expect(await cache.application('nobody')).toBeUndefined()
  expect(await cache.application('nobody')).toBeUndefined()
  expect(reads.applications).toBe(1)
  clock.advance(1000)
  expect(await cache.application('nobody')).toBeUndefined()
  expect(reads.applications).toBe(2)
  await name('nobody')
  expect((await cache.application('nobody'))!.id).toBe(scene.app)
})

it('does not know deleted applications', async () => {
  const { store, app, cache, mutate } = await openHarness()
  await cache.application(app)
  await mutate([{ query: tablesOf(store).updateTable('application').set({ deleted_at: 1 }).where('id', '=', app).compile() }])
  expect(await cache.application(app)).toBeUndefined()
})

it('refreshes after a stale commit, once for a whole batch', async () => {
  const { app, cache, reads } = await openHarness()
  const { version } = (await cache.application(app))!
  expect(reads.applications).toBe(1)
  const fresh = await Promise.all([1, 2, 3].map(() => cache.refresh(app, version)))
  expect(reads.applications).toBe(2)
  expect(await cache.refresh(app, version - 1)).toBe(fresh[0])
  expect(reads.applications).toBe(2)
})

it('keeps the snapshots that were used last when there are too many rows', async () => {
  const { scene, cache } = await openHarness({ rowsMax: 3 })
  const others = ['app_0000000000000000000001', 'app_0000000000000000000002', 'app_0000000000000000000003'] as ApplicationId[]
  for (const id of others) await scene.world.addApplication(id)
  await cache.application(scene.app)
  await cache.application(others[0]!)
  await cache.application(others[1]!)
  cache.peek(scene.app)
  await cache.application(others[2]!)
  expect([scene.app, ...others].map((id) => cache.peek(id) !== undefined)).toEqual([true, false, true, true])
})

it('knows which was used last also where one was loaded since it was asked for', async () => {
  const { scene, cache } = await openHarness({ rowsMax: 3 })
  const others = ['app_0000000000000000000001', 'app_0000000000000000000002', 'app_0000000000000000000003'] as ApplicationId[]
  for (const id of others) await scene.world.addApplication(id)
  await cache.application(scene.app)
  await cache.application(others[0]!)
  cache.peek(others[0]!)
  await cache.application(others[1]!)
  for (const id of [others[0]!, others[0]!, scene.app]) cache.peek(id)
  await cache.application(others[2]!)
  expect([scene.app, ...others].map((id) => cache.peek(id) !== undefined)).toEqual([true, true, false, true])
})

it('compiles what is derived once for each snapshot', async () => {
  const { app, cache, rename } = await openHarness()
  let compiled = 0
  const names = derive((snapshot) => {
    compiled++
    return snapshot.name
  })
  const first = (await cache.application(app))!
  expect([names(first), names(first), compiled]).toEqual(['A', 'A', 1])
  await rename('B')
  expect([names((await cache.application(app))!), compiled]).toEqual(['B', 2])
})
