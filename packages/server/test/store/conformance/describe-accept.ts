import { expect, it } from 'vitest'
import { laneStates } from '#store'
import { deliveriesOf, delivered, laneUpdate, retry, type Scene } from './scene.ts'

/** 1. accept. */
export function describeAccept(open: () => Promise<Scene>): void {
  it('keeps a request with its runs, held by the session from the beginning', async () => {
    const scene = await open()
    const { store, world, session, app } = scene
    const request = scene.request({ body: Buffer.from([0, 255, 10, 13]), body_bytes: 4, query: 'a=%00', headers: '[["A","ü"]]' })
    const runs = [
      scene.run({ request_id: request.id, answer_by: 9_000_000, meta: '{"x":1}' }),
      scene.run({ request_id: request.id, input: '{}' }),
    ]
    const { results, lanes, tasks } = await store.accept(session, [
      scene.operation({ application: await scene.application(), request, runs }),
    ])
    expect({ results, lanes, tasks }).toEqual({ results: [{ kind: 'accepted' }], lanes: [], tasks: [] })
    expect(await world.request(request.id)).toEqual({ ...request, body: Buffer.from([0, 255, 10, 13]), duplicate_of: null })
    const row = runs[0]!
    expect(await world.run(row.id)).toEqual({
      ...{
        ...row,
        gate: null,
        status: 'queued',
        rev: 0,
        holder: session,
        waiter: session,
        parked_on: null,
        due_at: null,
        finished_at: null,
        error_code: null,
      },
      ...{ reply: null, wake: null, state: null, steps: '[]', faults: '[]' },
    })
    expect(await world.run(runs[1]!.id)).toMatchObject({ waiter: null, input: '{}', application_id: app })
  })

  it('keeps a rejected request that belongs to no application', async () => {
    const scene = await open()
    const request = scene.request({ application_id: null, status: 'rejected', reason: 'not_found', detail: 'no listener' })
    const { results } = await scene.store.accept(scene.session, [scene.operation({ request })])
    expect(results).toEqual([{ kind: 'accepted' }])
    expect(await scene.world.request(request.id)).toMatchObject({ status: 'rejected', reason: 'not_found', application_id: null })
  })

  it('keeps a message with a waiting delivery and a task due now for each lane, and takes idle lanes', async () => {
    const scene = await open()
    const { store, world, session, app } = scene
    const [a, b] = [await scene.endpoint(), await scene.endpoint()]
    const message = scene.message([a, b], { event_id: 'evt', channels: '["c"]', tags: '["t"]', payload: Buffer.from([0, 1, 254]) })
    const before = await scene.now()
    const answer = await store.accept(session, [scene.operation({ application: await scene.application(), messages: [message] })])
    const { deliveries, skipped: _, ...row } = message
    expect(await world.message(message.id)).toEqual({ ...row, payload_until: null, payload: Buffer.from([0, 1, 254]) })
    expect(answer.lanes.map((lane) => lane.lane).sort()).toEqual([a, b].sort())
    expect(answer.lanes[0]).toMatchObject({ application: app, failures: 0, circuitUntil: 0, blockedUntil: 0, takeovers: 0 })
    expect(deliveriesOf(answer.tasks).sort()).toEqual(deliveries.map((one) => one.id).sort())
    const kept = await world.delivery(deliveries[0]!.id)
    const due = answer.tasks.find((task) => task.delivery === kept!.id)!.due
    expect(due).toBeGreaterThanOrEqual(before)
    expect(kept).toEqual({
      ...{ id: deliveries[0]!.id, application_id: app, lane: a, endpoint_id: a, message_id: message.id, run_id: null, step_id: null },
      ...{ event_type: 'invoice.paid', status: 'waiting', attempts: 0, retries: 0, retry_in_seen: 0, first_attempt_at: null, next_at: due },
      ...{ created_at: message.created_at, finished_at: null, last_status: null, last_failure: null, request: null, body: null },
    })
    expect(await world.tasks(kept!.id)).toEqual([{ lane: a, due, delivery: kept!.id, manual: 0 }])
  })

  it('reports tasks created in a lane that the session holds already, without taking it again', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    expect((await scene.send([lane])).lanes).toHaveLength(1)
    const second = await scene.send([lane])
    expect(second.lanes).toEqual([])
    expect(deliveriesOf(second.tasks)).toEqual(second.deliveries)
  })

  it('reports all tasks of one batch for a lane that its first operation took', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const application = await scene.application()
    const messages = [scene.message([lane]), scene.message([lane])]
    const answer = await scene.store.accept(
      scene.session,
      messages.map((message) => scene.operation({ application, messages: [message] })),
    )
    expect(answer.lanes).toHaveLength(1)
    expect(deliveriesOf(answer.tasks).sort()).toEqual(messages.map((message) => message.deliveries[0]!.id).sort())
  })

  it("leaves tasks of another session's lane to their owner", async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    await scene.send([lane])
    const other = await scene.openSession()
    const theirs = await scene.send([lane], other)
    expect(theirs).toMatchObject({ lanes: [], tasks: [] })
    const tasks = await scene.store.refill(scene.session, [{ lane, tasksMax: 10 }])
    expect(deliveriesOf(tasks)).toContain(theirs.deliveries[0])
  })

  it('does not take a lane where something is due earlier, so that nothing overtakes', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const first = await scene.send([lane])
    await scene.store.release(scene.session, [lane])
    await scene.advance(1000)
    const second = await scene.send([lane])
    expect(second).toMatchObject({ lanes: [], tasks: [] })
    expect(deliveriesOf(await scene.due())).toEqual([...first.deliveries, ...second.deliveries])
  })

  it('takes a lane where only a later retry waits', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const { tasks } = await scene.send([lane])
    await scene.settle(retry(tasks[0]!, scene.attempt(tasks[0]!)))
    await scene.store.release(scene.session, [lane])
    const second = await scene.send([lane])
    expect(second.lanes.map((one) => one.lane)).toEqual([lane])
    expect(deliveriesOf(second.tasks)).toEqual(second.deliveries)
  })

  it.each([
    ['whose circuit is open', { failures: 5, circuitInMs: 60_000 }],
    ['that is blocked', { blockedInMs: 60_000 }],
  ])('does not take a lane %s, and it is due when that ends', async (_, part) => {
    const scene = await open()
    const lane = await scene.endpoint()
    const { tasks } = await scene.send([lane])
    await scene.settle(delivered(tasks[0]!, null), laneUpdate(lane, part))
    await scene.store.release(scene.session, [lane])
    const sent = await scene.send([lane])
    expect(sent).toMatchObject({ lanes: [], tasks: [] })
    await scene.advance(50_000)
    expect(await scene.due()).toEqual([])
    await scene.advance(11_000)
    expect(deliveriesOf(await scene.due())).toEqual(sent.deliveries)
  })

  it('queues for a paused lane without taking it, and the lane is due once it is ready again', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    await scene.world.setLane(lane, scene.app, { state: laneStates.paused })
    const sent = await scene.send([lane])
    expect(sent).toMatchObject({ lanes: [], tasks: [] })
    expect(await scene.due()).toEqual([])
    await scene.world.setLane(lane, scene.app, { state: laneStates.ready })
    expect(deliveriesOf(await scene.due())).toEqual(sent.deliveries)
  })

  it('reports nothing of a lane that was paused while the session holds it', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    await scene.send([lane])
    await scene.world.setLane(lane, scene.app, { state: laneStates.paused })
    expect(await scene.send([lane])).toMatchObject({ lanes: [], tasks: [] })
  })

  it('counts events that a disabled lane would have had, and queues nothing', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const application = await scene.application()
    const operations = [1, 2, 3].map(() => scene.operation({ application, messages: [scene.message([], { skipped: [lane] })] }))
    await scene.store.accept(scene.session, operations)
    expect(await scene.world.lane(lane)).toMatchObject({ skipped: 3 })
  })

  it("keeps nothing of an operation whose application's version is old, and keeps the others", async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const application = await scene.application()
    const old = scene.operation({ application: { ...application, version: application.version - 1 }, messages: [scene.message([lane])] })
    const current = scene.operation({ application, messages: [scene.message([lane])] })
    const { results, tasks } = await scene.store.accept(scene.session, [old, current])
    expect(results).toEqual([{ kind: 'stale' }, { kind: 'accepted' }])
    expect(await scene.world.message(old.messages[0]!.id)).toBeUndefined()
    expect(deliveriesOf(tasks)).toEqual([current.messages[0]!.deliveries[0]!.id])
  })

  it('a dead session takes no lane and is given no task, but what it accepts is kept', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    await scene.store.closeSession(scene.session)
    const sent = await scene.send([lane])
    expect(sent).toMatchObject({ lanes: [], tasks: [] })
    expect(deliveriesOf(await scene.due())).toEqual(sent.deliveries)
  })
}

/** Deduplication and refusal within accept. */
export function describeDedup(open: () => Promise<Scene>): void {
  const key = (ref: string, part = {}) => ({ scope: 'lst_1', key: 'k1', ref, keepMs: 60_000, ...part })

  it('keeps a copy as a duplicate of the first, without runs and messages', async () => {
    const scene = await open()
    const application = await scene.application()
    const first = scene.request()
    await scene.store.accept(scene.session, [scene.operation({ application, dedups: [key(first.id)], request: first })])
    const copy = scene.request({ run_ids: '["run_x"]' })
    const run = scene.run({ request_id: copy.id })
    const message = scene.message([])
    const { results } = await scene.store.accept(scene.session, [
      scene.operation({ application, dedups: [key(copy.id)], request: copy, runs: [run], messages: [message] }),
    ])
    expect(results).toEqual([{ kind: 'duplicate', scope: 'lst_1', ref: first.id }])
    expect(await scene.world.request(copy.id)).toMatchObject({ status: 'duplicate', duplicate_of: first.id, run_ids: '[]' })
    expect(await scene.world.run(run.id)).toBeUndefined()
    expect(await scene.world.message(message.id)).toBeUndefined()
  })

  it('finds a copy within the same batch', async () => {
    const scene = await open()
    const operations = ['a', 'b', 'c'].map((ref) => scene.operation({ dedups: [key(ref)], request: scene.request() }))
    const { results } = await scene.store.accept(scene.session, operations)
    expect(results).toEqual([
      { kind: 'accepted' },
      { kind: 'duplicate', scope: 'lst_1', ref: 'a' },
      { kind: 'duplicate', scope: 'lst_1', ref: 'a' },
    ])
  })

  it('takes a key again once it has expired', async () => {
    const scene = await open()
    const accept = async (ref: string) => (await scene.store.accept(scene.session, [scene.operation({ dedups: [key(ref)] })])).results[0]
    expect(await accept('a')).toEqual({ kind: 'accepted' })
    await scene.advance(50_000)
    expect(await accept('b')).toEqual({ kind: 'duplicate', scope: 'lst_1', ref: 'a' })
    await scene.advance(11_000)
    expect(await accept('c')).toEqual({ kind: 'accepted' })
    expect(await accept('d')).toEqual({ kind: 'duplicate', scope: 'lst_1', ref: 'c' })
  })

  it('answers the first key that is taken, and takes none of the others then', async () => {
    const scene = await open()
    const other = (ref: string) => ({ ...key(ref), scope: 'app_1', key: 'k2' })
    const accept = async (dedups: ReturnType<typeof key>[]) =>
      (await scene.store.accept(scene.session, [scene.operation({ dedups })])).results[0]
    expect(await accept([key('a')])).toEqual({ kind: 'accepted' })
    expect(await accept([other('b'), key('b')])).toEqual({ kind: 'duplicate', scope: 'lst_1', ref: 'a' })
    expect(await accept([other('c')])).toEqual({ kind: 'accepted' })
  })

  it('a member whose data cannot be kept is refused alone: the others of the batch are kept', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const application = await scene.application()
    const taken = scene.message([lane])
    await scene.store.accept(scene.session, [scene.operation({ application, messages: [taken] })])
    const good = [scene.message([lane]), scene.message([lane])]
    const bad = scene.message([lane], { id: taken.id })
    const { results, tasks } = await scene.store.accept(scene.session, [
      scene.operation({ application, messages: [good[0]!] }),
      scene.operation({ application, dedups: [key('bad')], messages: [scene.message([lane]), bad] }),
      scene.operation({ application, messages: [good[1]!] }),
    ])
    expect(results).toEqual([{ kind: 'accepted' }, { kind: 'refused', detail: expect.any(String) }, { kind: 'accepted' }])
    expect(deliveriesOf(tasks).sort()).toEqual(good.map((message) => message.deliveries[0]!.id).sort())
    expect(deliveriesOf(await scene.store.refill(scene.session, [{ lane, tasksMax: 10 }]))).toHaveLength(3)
    // What it took before it was refused is free again.
    expect((await scene.store.accept(scene.session, [scene.operation({ dedups: [key('next')] })])).results).toEqual([{ kind: 'accepted' }])
  })

  it('refuses a delivery to an endpoint that has no lane', async () => {
    const scene = await open()
    const message = scene.message([scene.ids.make('ep')])
    const { results } = await scene.store.accept(scene.session, [
      scene.operation({ application: await scene.application(), messages: [message] }),
    ])
    expect(results).toEqual([{ kind: 'refused', detail: expect.any(String) }])
    expect(await scene.world.message(message.id)).toBeUndefined()
  })

  it('F25: text that a database may refuse fails its own operation at most', async () => {
    const scene = await open()
    const requests = ['fine', 'a\u0000b', '\ud800', '\u{1F600}'].map((path) => scene.request({ path }))
    const { results } = await scene.store.accept(
      scene.session,
      requests.map((request) => scene.operation({ request })),
    )
    expect(results[0]).toEqual({ kind: 'accepted' })
    expect(results[3]).toEqual({ kind: 'accepted' })
    expect((await scene.world.request(requests[3]!.id))?.path).toBe('\u{1F600}')
    for (const result of results) expect(['accepted', 'refused']).toContain(result.kind)
  })

  it('a value that cannot even be handed over fails its own operation at most', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const application = await scene.application()
    const odd = Symbol('odd') as never
    const endless: { self?: unknown } = {}
    endless.self = endless
    const good = [scene.message([lane]), scene.message([lane])]
    const { results, tasks } = await scene.store.accept(scene.session, [
      scene.operation({ application, messages: [good[0]!] }),
      scene.operation({ request: scene.request({ path: odd }) }),
      scene.operation({ application, messages: [scene.message([lane], { event_type: endless as never })] }),
      scene.operation({ application, messages: [good[1]!] }),
    ])
    expect([results[0], results[3]]).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }])
    const sent = deliveriesOf(tasks)
    for (const message of good) expect(sent).toContain(message.deliveries[0]!.id)
  })
}
