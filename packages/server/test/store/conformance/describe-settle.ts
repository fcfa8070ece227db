import { expect, it } from 'vitest'
import { laneStates } from '#store'
import { auditEntry, delivered, deliveriesOf, expectNear, failed, laneUpdate, retry, type Scene } from './scene.ts'

/** 3. settle. */
export function describeSettle(open: () => Promise<Scene>): void {
  const sent = async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const { tasks } = await scene.send([lane])
    return { scene, lane, task: tasks[0]! }
  }

  it('a delivery that succeeds ends with its attempt on record', async () => {
    const { scene, task } = await sent()
    const attempt = scene.attempt(task, {
      ok: 1,
      status: 204,
      failure: null,
      response_body: Buffer.from([1, 0, 2]),
      request_bytes: 70_000,
      request_body: Buffer.from([3, 0]),
    })
    expect(await scene.settle(delivered(task, attempt))).toEqual({ settled: true, woken: null })
    const kept = await scene.world.delivery(task.delivery)
    expect(kept).toMatchObject({ status: 'delivered', attempts: 1, retries: 0, next_at: null, last_status: 204, last_failure: null })
    expect(kept!.first_attempt_at).toBe(attempt.started_at)
    expectNear(kept!.finished_at, await scene.now())
    expect(await scene.world.attempts(task.delivery)).toEqual([{ ...attempt, next_at: null }])
    expect(await scene.world.tasks(task.delivery)).toEqual([])
  })

  it('a retry moves the task and counts; a response that asked for its own wait is remembered for good', async () => {
    const { scene, lane, task } = await sent()
    const first = scene.attempt(task, { n: 1 })
    await scene.settle({ task, attempt: first, next: { kind: 'retry', waitMs: 60_000, retryInSeen: true }, wake: null })
    const [moved] = await scene.world.tasks(task.delivery)
    expectNear(moved!.due, (await scene.now()) + 60_000)
    expect(await scene.world.delivery(task.delivery)).toMatchObject({
      ...{ status: 'waiting', attempts: 1, retries: 1, retry_in_seen: 1, next_at: moved!.due, finished_at: null },
      ...{ last_status: 500, last_failure: 'status' },
    })
    expect((await scene.world.attempts(task.delivery))[0]!.next_at).toBe(moved!.due)
    expect(await scene.store.refill(scene.session, [{ lane, tasksMax: 10 }])).toEqual([])
    await scene.advance(70_000)
    const [again] = await scene.store.refill(scene.session, [{ lane, tasksMax: 10 }])
    expect(again).toEqual({ ...task, due: moved!.due })
    await scene.settle(retry(again!, scene.attempt(again!, { n: 2, status: null, failure: 'timeout' })))
    expect(await scene.world.delivery(task.delivery)).toMatchObject({
      ...{ attempts: 2, retries: 2, retry_in_seen: 1, last_status: null, last_failure: 'timeout', first_attempt_at: first.started_at },
    })
  })

  it('a wait moves the task and counts nothing', async () => {
    const { scene, task } = await sent()
    await scene.settle({ task, attempt: null, next: { kind: 'wait', waitMs: 60_000, status: 'throttled' }, wake: null })
    const [moved] = await scene.world.tasks(task.delivery)
    expectNear(moved!.due, (await scene.now()) + 60_000)
    expect(await scene.world.delivery(task.delivery)).toMatchObject({
      ...{ status: 'throttled', attempts: 0, retries: 0, next_at: moved!.due, last_status: null, first_attempt_at: null },
    })
  })

  it('a wait says why, where it is known, and a scheduled one beside a manual one keeps its time', async () => {
    const { scene, task } = await sent()
    const wait = { kind: 'wait', waitMs: 30_000, status: 'held', failure: 'secret_unreadable' } as const
    await scene.settle({ task, attempt: null, next: wait, wake: null })
    expect(await scene.world.delivery(task.delivery)).toMatchObject({ status: 'held', attempts: 0, retries: 0, last_failure: wait.failure })
    const [moved] = await scene.world.tasks(task.delivery)
    await scene.store.resend([task.delivery])
    const manual = (await scene.world.tasks(task.delivery)).find((one) => one.manual)!
    await scene.settle({ task: { ...task, due: manual.due, manual: true }, attempt: null, next: wait, wake: null })
    expect(await scene.world.delivery(task.delivery)).toMatchObject({ status: 'held', next_at: moved!.due, last_failure: wait.failure })
  })

  it('a delivery that is hopeless ends without an attempt', async () => {
    const { scene, task } = await sent()
    await scene.settle({ task, attempt: null, next: { kind: 'end', status: 'failed', failure: 'address_refused' }, wake: null })
    expect(await scene.world.delivery(task.delivery)).toMatchObject({ status: 'failed', attempts: 0, last_failure: 'address_refused' })
    expect(await scene.world.attempts(task.delivery)).toEqual([])
  })

  it('settles a task once: nothing of a second settlement is kept', async () => {
    const { scene, task } = await sent()
    const results = await scene.store.settle(scene.session, [retry(task, scene.attempt(task)), delivered(task, scene.attempt(task))], [])
    expect(results.map((result) => result.settled)).toEqual([true, false])
    expect(await scene.settle(delivered(task, scene.attempt(task)))).toEqual({ settled: false, woken: null })
    expect(await scene.world.delivery(task.delivery)).toMatchObject({ status: 'waiting', attempts: 1 })
    expect(await scene.world.attempts(task.delivery)).toHaveLength(1)
  })

  it('F27: a dead session settles nothing, and its word on lanes is not heard', async () => {
    const { scene, lane, task } = await sent()
    await scene.store.closeSession(scene.session)
    expect((await scene.settle(delivered(task, scene.attempt(task)), laneUpdate(lane, { failures: 3 }))).settled).toBe(false)
    expect(await scene.world.delivery(task.delivery)).toMatchObject({ status: 'waiting', attempts: 0 })
    expect(await scene.world.lane(lane)).toMatchObject({ failures: 0 })
  })

  it('a settlement whose data cannot be kept is refused alone, and its task stays', async () => {
    const scene = await open()
    const { tasks } = await scene.send([await scene.endpoint(), await scene.endpoint()])
    const attempt = scene.attempt(tasks[0]!)
    const results = await scene.store.settle(
      scene.session,
      [delivered(tasks[0]!, attempt), delivered(tasks[1]!, { ...attempt, delivery_id: tasks[1]!.delivery })],
      [],
    )
    expect(results).toEqual([
      { settled: true, woken: null },
      { settled: false, woken: null, refused: expect.any(String) },
    ])
    expect(await scene.world.tasks(tasks[1]!.delivery)).toHaveLength(1)
    expect(await scene.world.delivery(tasks[1]!.delivery)).toMatchObject({ status: 'waiting', attempts: 0 })
  })

  it('a settlement that cannot even be handed over fails alone', async () => {
    const scene = await open()
    const { tasks } = await scene.send([await scene.endpoint(), await scene.endpoint()])
    const [odd, good] = tasks
    const settlements = [delivered(odd!, { ...scene.attempt(odd!), url: 1n as never }), delivered(good!, scene.attempt(good!))]
    const results = await scene.store.settle(scene.session, settlements, [])
    expect(results[1]).toEqual({ settled: true, woken: null })
    expect(await scene.world.delivery(good!.delivery)).toMatchObject({ status: 'delivered' })
  })

  it('wakes the run that is parked on the delivery when it ends, and not before', async () => {
    const scene = await open()
    const run = await scene.start()
    const task = await scene.park(run)
    const wake = '{"ok":true}'
    expect((await scene.settle({ ...retry(task, scene.attempt(task)), wake })).woken).toBeNull()
    expect(await scene.world.run(run)).toMatchObject({ status: 'waiting', wake: null })
    await scene.advance(61_000)
    const [again] = await scene.store.refill(scene.session, [{ lane: task.lane, tasksMax: 1 }])
    expect(await scene.settle({ ...failed(again!, scene.attempt(again!)), wake })).toEqual({
      settled: true,
      woken: { run, application: scene.app, rev: 2 },
    })
    expect(await scene.world.run(run)).toMatchObject({
      status: 'queued',
      wake,
      holder: scene.session,
      parked_on: null,
      rev: 2,
      state: '{"at":1}',
    })
    // The next commit has read it.
    await scene.store.commitRuns(scene.session, [scene.commit(run, { rev: 2 })])
    expect(await scene.world.run(run)).toMatchObject({ wake: null, rev: 3 })
  })

  it('a manual attempt that delivers ends the schedule too, and wakes the run', async () => {
    const scene = await open()
    const run = await scene.start()
    const task = await scene.park(run)
    await scene.settle(retry(task, scene.attempt(task)))
    expect(await scene.store.resend([task.delivery])).toEqual([task.delivery])
    const [manual] = await scene.store.refill(scene.session, [{ lane: task.lane, tasksMax: 10 }])
    expect(manual).toMatchObject({ delivery: task.delivery, manual: true })
    expect((await scene.settle(delivered(manual!, scene.attempt(manual!)))).woken).toEqual({ run, application: scene.app, rev: 2 })
    expect(await scene.world.tasks(task.delivery)).toEqual([])
    expect(await scene.world.delivery(task.delivery)).toMatchObject({ status: 'delivered', attempts: 2, retries: 1, next_at: null })
  })

  it('a manual attempt that fails leaves the schedule as it was', async () => {
    const { scene, lane, task } = await sent()
    await scene.settle(retry(task, scene.attempt(task)))
    const [scheduled] = await scene.world.tasks(task.delivery)
    await scene.store.resend([task.delivery])
    const [manual] = await scene.store.refill(scene.session, [{ lane, tasksMax: 10 }])
    await scene.settle(failed(manual!, scene.attempt(manual!, { failure: 'timeout', status: null })))
    expect(await scene.world.tasks(task.delivery)).toEqual([scheduled])
    expect(await scene.world.delivery(task.delivery)).toMatchObject({
      ...{ status: 'waiting', attempts: 2, retries: 1, next_at: scheduled!.due, finished_at: null, last_failure: 'exhausted' },
    })
  })

  it('a manual attempt of a delivery that had ended decides how it ends', async () => {
    const { scene, lane, task } = await sent()
    await scene.settle(failed(task, scene.attempt(task)))
    for (const [settle, status] of [
      [delivered, 'delivered'],
      [failed, 'failed'],
    ] as const) {
      await scene.advance(1000)
      await scene.store.resend([task.delivery])
      expect(await scene.world.delivery(task.delivery)).toMatchObject({ status: 'waiting', finished_at: null })
      const [manual] = await scene.store.refill(scene.session, [{ lane, tasksMax: 10 }])
      await scene.settle(settle(manual!, scene.attempt(manual!)))
      expect(await scene.world.delivery(task.delivery)).toMatchObject({ status, finished_at: expect.any(Number) })
    }
  })

  it('keeps what the owner says of its lane, and the next owner hears it', async () => {
    const { scene, lane, task } = await sent()
    await scene.settle(retry(task, scene.attempt(task), 1000), laneUpdate(lane, { failures: 7, circuitInMs: 30_000, blockedInMs: 60_000 }))
    const kept = await scene.world.lane(lane)
    expect(kept).toMatchObject({ failures: 7 })
    expectNear(kept!.circuit_until, (await scene.now()) + 30_000)
    expectNear(kept!.blocked_until, (await scene.now()) + 60_000)
    await scene.store.release(scene.session, [lane])
    await scene.advance(61_000)
    const { lanes, tasks } = await scene.store.claim(scene.session, 10, 10)
    expect(lanes).toEqual([
      {
        ...{ lane, application: scene.app, epoch: expect.any(Number), failures: 7, takeovers: 0 },
        ...{ circuitUntil: kept!.circuit_until, blockedUntil: kept!.blocked_until },
      },
    ])
    expect(deliveriesOf(tasks)).toEqual([task.delivery])
    await scene.settle(delivered(tasks[0]!, null), laneUpdate(lane))
    expect(await scene.world.lane(lane)).toMatchObject({ failures: 0, circuit_until: 0, blocked_until: 0 })
  })

  it('does not hear a session that does not own the lane', async () => {
    const { scene, lane, task } = await sent()
    await scene.store.release(scene.session, [lane])
    await scene.settle(delivered(task, null), laneUpdate(lane, { failures: 9, circuitInMs: 60_000 }))
    expect(await scene.world.lane(lane)).toMatchObject({ failures: 0, circuit_until: 0 })
  })

  it('an attempt that is written down as begun shows until it is settled, for the session that has its task', async () => {
    const { scene, task } = await sent()
    const other = await scene.openSession()
    expect(await scene.store.begin(scene.session, { ...task, due: task.due + 1 })).toBe(false)
    expect(await scene.store.begin(scene.session, task)).toBe(true)
    expect(await scene.world.delivery(task.delivery)).toMatchObject({ status: 'sending', attempts: 0, next_at: task.due })
    expect((await scene.store.loadDeliveries([task.delivery]))[0]!.delivery.status).toBe('sending')
    await scene.store.closeSession(other)
    expect(await scene.store.begin(other, task)).toBe(false)
    await scene.settle(delivered(task, scene.attempt(task)))
    expect(await scene.world.delivery(task.delivery)).toMatchObject({ status: 'delivered' })
  })

  it('an attempt that its process died of leaves the takeovers of its lane counted', async () => {
    const { scene, lane } = await sent()
    await scene.store.closeSession(scene.session)
    await scene.store.freeLanes(scene.session, 10)
    const adopter = await scene.openSession()
    const { lanes, tasks } = await scene.store.claim(adopter, 10, 10)
    expect(lanes[0]).toMatchObject({ lane, takeovers: 1 })
    await scene.settle({ ...retry(tasks[0]!, scene.attempt(tasks[0]!), 1000), cutOff: true }, null, adopter)
    expect(await scene.world.lane(lane)).toMatchObject({ takeovers: 1 })
    await scene.advance(2000)
    const [again] = await scene.store.refill(adopter, [{ lane, tasksMax: 1 }])
    await scene.settle(delivered(again!, scene.attempt(again!, { n: 2 })), null, adopter)
    expect(await scene.world.lane(lane)).toMatchObject({ takeovers: 0 })
  })

  it('disables the endpoint with the attempt that was one too many', async () => {
    const { scene, lane, task } = await sent()
    const changed: unknown[] = []
    scene.store.onChange((application) => changed.push(application))
    const { version } = await scene.application()
    const stop = { state: 'disabled' as const, reason: 'exhausted', audit: auditEntry(scene, 'endpoint.disable') }
    const before = (await scene.world.audit()).length
    await scene.settle(failed(task, scene.attempt(task)), laneUpdate(lane, { failures: 100, stop }))
    expect(await scene.world.endpoint(lane)).toMatchObject({ state: 'disabled' })
    expect(await scene.world.lane(lane)).toMatchObject({ state: laneStates.disabled, failures: 100 })
    expect(await scene.application()).toMatchObject({ version: version + 1 })
    const audit = await scene.world.audit()
    expect(audit.slice(before)).toMatchObject([{ id: stop.audit.id, action: 'endpoint.disable', application_id: scene.app }])
    expect(changed).toEqual([scene.app])
    // Once is enough: a second word changes nothing.
    await scene.settle(
      failed(task, null),
      laneUpdate(lane, { failures: 101, stop: { ...stop, audit: auditEntry(scene, 'endpoint.disable') } }),
    )
    expect(await scene.world.audit()).toHaveLength(audit.length)
    expect(await scene.application()).toMatchObject({ version: version + 1 })
  })

  it('an enabled lane begins anew: its failures are forgotten and its circuit is closed', async () => {
    const { scene, lane, task } = await sent()
    await scene.settle(retry(task, scene.attempt(task), 1000), laneUpdate(lane, { failures: 9, circuitInMs: 600_000 }))
    await scene.store.release(scene.session, [lane])
    await scene.world.setLane(lane, scene.app, { state: laneStates.disabled })
    await scene.advance(5000)
    expect(await scene.due()).toEqual([])
    await scene.world.setLane(lane, scene.app, { state: laneStates.ready, resetFailures: true })
    expect(await scene.world.lane(lane)).toMatchObject({ failures: 0, circuit_until: 0, state: laneStates.ready })
    expect(deliveriesOf(await scene.due())).toEqual([task.delivery])
  })
}
