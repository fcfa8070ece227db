import { expect, it } from 'vitest'
import { laneStates, type RetentionBefore } from '#store'
import { tablesOf } from '#store/testing'
import { auditEntry, deliveriesOf, delivered, retry, type Scene } from './scene.ts'
import { applicationRow, endpointRow } from './subject.ts'

/** Mutations and reads of management. The model has none. */
export function describeManagement(open: () => Promise<Scene>): void {
  const insertEndpoint = (scene: Scene, uid: string | null, id = scene.ids.make('ep')) => ({
    id,
    query: tablesOf(scene.store)
      .insertInto('endpoint')
      .values({ ...endpointRow(id, scene.app), uid })
      .compile(),
  })

  it('keeps all statements with the audit rows, raises the version, and notifies the listeners', async () => {
    const scene = await open()
    const { store, world, app } = scene
    const changed: unknown[] = []
    store.onChange((application) => changed.push(application))
    const application = await scene.application()
    const { id, query } = insertEndpoint(scene, 'u')
    const audit = auditEntry(scene, 'endpoint.create')
    const lanes = [{ kind: 'create', lane: id, application: app, state: laneStates.ready }] as const
    expect(await store.mutate({ statements: [{ query, rows: 1 }], application, lanes, audit: [audit] })).toEqual({ kind: 'done' })
    expect(await world.endpoint(id)).toEqual({ id, state: 'active' })
    expect(await scene.application()).toEqual({ id: app, version: application.version + 1 })
    const { application: _, ...row } = audit
    expect(await world.audit()).toContainEqual({ ...row, application_id: app })
    expect(changed).toEqual([app])
    expect((await scene.send([id])).lanes).toHaveLength(1)
    const empty = tablesOf(store).deleteFrom('event_type').compile()
    expect(await store.mutate({ statements: [{ query: empty }], application: null, audit: [] })).toEqual({ kind: 'done' })
    expect(changed).toEqual([app, null])
  })

  it('keeps nothing when the version is not what the caller read', async () => {
    const scene = await open()
    const changed: unknown[] = []
    scene.store.onChange((application) => changed.push(application))
    const { version } = await scene.application()
    const { id, query } = insertEndpoint(scene, null)
    const mutation = { statements: [{ query }], application: { id: scene.app, version: version + 1 }, audit: [auditEntry(scene, 'x.y')] }
    expect(await scene.store.mutate(mutation)).toEqual({ kind: 'changed' })
    await expect(scene.world.endpoint(id)).rejects.toThrow()
    expect(await scene.application()).toMatchObject({ version })
    expect(await scene.world.audit()).toEqual([])
    expect(changed).toEqual([])
  })

  it('keeps nothing when a statement touches other than the expected rows', async () => {
    const scene = await open()
    const { query, id } = insertEndpoint(scene, null)
    const miss = tablesOf(scene.store).updateTable('endpoint').set({ url: 'x' }).where('id', '=', 'ep_none').compile()
    const application = await scene.application()
    const statements = [
      { query, rows: 1 },
      { query: miss, rows: 1 },
    ]
    expect(await scene.store.mutate({ statements, application, audit: [] })).toEqual({ kind: 'changed' })
    await expect(scene.world.endpoint(id)).rejects.toThrow()
    expect(await scene.application()).toEqual(application)
  })

  it('a uid is unique among what exists in an application: the second is a conflict, and a deleted one is free again', async () => {
    const scene = await open()
    const create = async () => {
      const { query } = insertEndpoint(scene, 'same')
      return (await scene.store.mutate({ statements: [{ query }], application: await scene.application(), audit: [] })).kind
    }
    expect(await create()).toBe('done')
    const application = await scene.application()
    expect(await create()).toBe('conflict')
    expect(await scene.application()).toEqual(application)
    const remove = tablesOf(scene.store).updateTable('endpoint').set({ deleted_at: 5 }).where('uid', '=', 'same').compile()
    expect(await scene.store.mutate({ statements: [{ query: remove, rows: 1 }], application, audit: [] })).toEqual({ kind: 'done' })
    expect(await create()).toBe('done')
  })

  it('of two who read the same version, one hears that it changed', async () => {
    const scene = await open()
    const application = await scene.application()
    const rename = (name: string) => {
      const query = tablesOf(scene.store).updateTable('application').set({ name }).where('id', '=', scene.app).compile()
      return scene.store.mutate({ statements: [{ query, rows: 1 }], application, audit: [] })
    }
    const kinds = (await Promise.all([rename('a'), rename('b')])).map((result) => result.kind)
    expect(kinds.toSorted()).toEqual(['changed', 'done'])
  })

  it('a statement that writes the table lane is refused', async () => {
    const scene = await open()
    const query = tablesOf(scene.store).updateTable('lane').set({ failures: 1 }).compile()
    await expect(scene.store.mutate({ statements: [{ query }], application: null, audit: [] })).rejects.toThrow('lane')
  })

  it('reads through db see what was acknowledged, and writes through it are refused', async () => {
    const scene = await open()
    const db = tablesOf(scene.store)
    const rows = await db.selectFrom('application').select(['id', 'version']).execute()
    expect(rows).toEqual([{ id: scene.app, version: 1 }])
    await expect(
      db
        .insertInto('application')
        .values(applicationRow(scene.ids.make('app')))
        .execute(),
    ).rejects.toThrow('mutate')
    await expect(db.deleteFrom('application').execute()).rejects.toThrow('mutate')
    await expect(db.transaction().execute(async () => {})).rejects.toThrow('mutate')
    expect(await db.selectFrom('application').select('id').execute()).toHaveLength(1)
  })

  it('says which applications changed since', async () => {
    const scene = await open()
    const { until } = await scene.store.changes(0)
    await scene.endpoint()
    const next = await scene.store.changes(until)
    expect(next.applications).toEqual([scene.app])
    await scene.endpoint()
    expect((await scene.store.changes(next.until)).applications).toEqual([scene.app])
  })

  it('a lane of a step that has not begun takes a change of state in silence', async () => {
    const scene = await open()
    await expect(scene.world.setLane('flow_1/none', scene.app, { state: laneStates.removed })).resolves.toBeUndefined()
  })
}

/** Retention: what is old and not live goes. */
export function describeRetention(open: () => Promise<Scene>): void {
  const nothing: Omit<RetentionBefore, 'now'> = { requests: null, runs: null, messages: null, deliveries: null, entries: null, audit: null }
  const all = (time: number) => ({ requests: time, runs: time, messages: time, deliveries: time, entries: time, audit: time, now: time })

  const retainAll = async (scene: Scene, before: RetentionBefore, most: number) => {
    const counts: number[] = []
    do counts.push(await scene.store.retain(before, most))
    while (counts.at(-1)! > 0)
    return counts
  }

  it('F32: removes old rows in chunks, with the attempts of deliveries, and leaves what is younger', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const old: { message: { id: string }; deliveries: readonly string[] }[] = []
    for (let i = 0; i < 5; i++) {
      const sent = await scene.send([lane])
      await scene.settle(delivered(sent.tasks[0]!, scene.attempt(sent.tasks[0]!)))
      const request = scene.request()
      await scene.store.accept(scene.session, [scene.operation({ request })])
      old.push(sent)
    }
    const run = await scene.start()
    await scene.store.commitRuns(scene.session, [scene.commit(run, { status: 'ok', finishedAt: 1 })])
    await scene.store.mutate({ statements: [], application: null, audit: [auditEntry(scene, 'x.y')] })
    await scene.advance(10_000)
    const bound = await scene.now()
    await scene.advance(10_000)
    const young = await scene.send([lane])
    await scene.settle(delivered(young.tasks[0]!, scene.attempt(young.tasks[0]!)))
    expect(await scene.store.retain({ ...nothing, now: bound }, 10)).toBe(0)
    const counts = await retainAll(scene, all(bound), 2)
    expect(counts.length).toBeGreaterThan(3)
    for (const { message, deliveries } of old) {
      expect(await scene.world.message(message.id)).toBeUndefined()
      expect(await scene.world.delivery(deliveries[0]!)).toBeUndefined()
      expect(await scene.world.attempts(deliveries[0]!)).toEqual([])
    }
    expect(await scene.world.run(run)).toBeUndefined()
    expect(await tablesOf(scene.store).selectFrom('request').select('id').execute()).toEqual([])
    expect(await scene.world.audit()).toEqual([])
    expect(await scene.world.message(young.message.id)).toBeDefined()
    expect(await scene.world.attempts(young.deliveries[0]!)).toHaveLength(1)
  })

  it('never removes live work: waiting deliveries with their messages, unfinished runs with their requests', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const waiting = await scene.send([lane])
    const resent = await scene.send([lane])
    await scene.settle(delivered(resent.tasks[0]!, scene.attempt(resent.tasks[0]!)))
    await scene.store.resend([resent.deliveries[0]!])
    const request = scene.request()
    const run = scene.run({ request_id: request.id })
    await scene.store.accept(scene.session, [scene.operation({ application: await scene.application(), request, runs: [run] })])
    // A replay: the request knows nothing of this run.
    const replayed = scene.request()
    await scene.store.accept(scene.session, [scene.operation({ request: replayed })])
    const parked = await scene.start({ request_id: replayed.id })
    await scene.park(parked)
    await scene.advance(86_400_000)
    await retainAll(scene, all(await scene.now()), 3)
    expect(await scene.world.delivery(waiting.deliveries[0]!)).toBeDefined()
    expect(await scene.world.message(waiting.message.id)).toBeDefined()
    expect(await scene.world.message(resent.message.id)).toBeDefined()
    expect(await scene.world.attempts(resent.deliveries[0]!)).toHaveLength(1)
    for (const id of [run.id, parked]) expect(await scene.world.run(id)).toBeDefined()
    for (const id of [request.id, replayed.id]) expect(await scene.world.request(id)).toBeDefined()
    expect(deliveriesOf(await scene.store.refill(scene.session, [{ lane, tasksMax: 10 }]))).toHaveLength(2)
  })

  it('removes a payload at the time that its sender gave, also of a message that still waits, and leaves the message', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const now = await scene.now()
    const message = (payload_until: number | null) => scene.message([lane], { payload_until })
    const [short, long, kept] = [message(now + 1000), message(now + 500_000), message(null)]
    const application = await scene.application()
    const { tasks } = await scene.store.accept(
      scene.session,
      [short, long, kept].map((one) => scene.operation({ application, messages: [one] })),
    )
    expect(await scene.store.retain({ ...nothing, now }, 1)).toBe(0)
    const transformed = { request_bytes: 3, request_body: Buffer.from('abc') }
    for (const task of tasks) await scene.settle(retry(task, scene.attempt(task, transformed)))
    await scene.advance(60_000)
    await retainAll(scene, { ...nothing, now: await scene.now() }, 1)
    expect(await scene.world.attempts(short.deliveries[0]!.id)).toMatchObject([{ request_bytes: 3, request_body: null }])
    expect(await scene.world.attempts(long.deliveries[0]!.id)).toMatchObject([transformed])
    expect(await scene.world.message(short.id)).toMatchObject({ payload: null, payload_until: null, event_type: short.event_type })
    expect(await scene.world.message(long.id)).toMatchObject({ payload: Buffer.from(long.payload), payload_until: now + 500_000 })
    expect(await scene.world.message(kept.id)).toMatchObject({ payload: Buffer.from(kept.payload), payload_until: null })
    const [loaded] = await scene.store.loadDeliveries([short.deliveries[0]!.id])
    expect(loaded).toMatchObject({ payload: null, delivery: { status: 'waiting' } })
  })

  it('removes keys of portals when the audit log need no longer name them, and no other key', async () => {
    const scene = await open()
    const now = await scene.now()
    const row = {
      application_id: scene.app,
      name: 'n',
      access: 'read',
      feature_flags: null,
      last4: 'last',
      created_at: now,
      revoked_at: null,
    }
    const rows = [
      { ...row, id: 'key_1', hash: '1', kind: 'portal', last_used_at: null, expires_at: now + 1000 },
      { ...row, id: 'key_2', hash: '2', kind: 'portal', last_used_at: null, expires_at: now + 500_000 },
      { ...row, id: 'key_3', hash: '3', kind: 'key', last_used_at: null, expires_at: now + 1000 },
    ]
    const query = tablesOf(scene.store).insertInto('api_key').values(rows).compile()
    await scene.store.mutate({ statements: [{ query, rows: 3 }], application: null, audit: [] })
    await scene.advance(60_000)
    await retainAll(scene, { ...nothing, now: await scene.now() }, 10)
    expect(await tablesOf(scene.store).selectFrom('api_key').select('id').execute()).toHaveLength(3)
    await retainAll(scene, { ...nothing, audit: await scene.now(), now: await scene.now() }, 10)
    const left = await tablesOf(scene.store).selectFrom('api_key').select('id').orderBy('id').execute()
    expect(left.map(({ id }) => id)).toEqual(['key_2', 'key_3'])
  })

  it('removes deduplication and idempotency keys past their time', async () => {
    const scene = await open()
    const dedups = ['a', 'b', 'c'].map((key) => ({ scope: 's', key, ref: key, keepMs: key === 'c' ? 500_000 : 1000 }))
    await scene.store.accept(scene.session, [scene.operation({ dedups })])
    const now = await scene.now()
    const row = { body_hash: 'h', status: 200, body: 'b', created_at: now }
    const rows = [
      { ...row, key: 'old', expires_at: now + 1000 },
      { ...row, key: 'new', expires_at: now + 500_000 },
    ]
    const query = tablesOf(scene.store).insertInto('idempotency').values(rows).compile()
    await scene.store.mutate({ statements: [{ query, rows: 2 }], application: null, audit: [] })
    await scene.advance(60_000)
    await retainAll(scene, { ...nothing, now: await scene.now() }, 1)
    expect(await tablesOf(scene.store).selectFrom('dedup').select('key').execute()).toEqual([{ key: 'c' }])
    expect(await tablesOf(scene.store).selectFrom('idempotency').select('key').execute()).toEqual([{ key: 'new' }])
  })
}
