import type { RunId } from '#domain'
import { expect, it } from 'vitest'
import { NOBODY } from '#store'
import { delivered, deliveriesOf, type Scene } from './scene.ts'

/** 2. commitRuns, and who runs what. */
export function describeRuns(open: () => Promise<Scene>): void {
  it('a segment that ends keeps its record, the hold, and raises the revision', async () => {
    const scene = await open()
    const run = await scene.start()
    expect((await scene.store.commitRuns(scene.session, [scene.commit(run)])).results).toEqual([{ kind: 'committed', rev: 1 }])
    expect(await scene.world.run(run)).toMatchObject({
      ...{ status: 'running', rev: 1, holder: scene.session, state: '{"at":1}', steps: '[1]', faults: '[2]', meta: '{"m":3}' },
      ...{ finished_at: null, parked_on: null, due_at: null },
    })
  })

  it('runs of flows that its events start are created with it, held by who commits it; without it there are none', async () => {
    const scene = await open()
    const run = await scene.start()
    const inserted = () => scene.run({ trigger: 'event', key: 'evt', input: '{"chain":2}', meta: '{"m":1}' })
    const [first, second, lost, stale] = [inserted(), inserted(), inserted(), inserted()]
    const message = scene.message([])
    const commits = (...parts: Parameters<Scene['commit']>[]) =>
      scene.store.commitRuns(
        scene.session,
        parts.map((part) => scene.commit(...part)),
      )
    const application = await scene.application()
    expect((await commits([run, { runs: [first, second] }])).results).toEqual([{ kind: 'committed', rev: 1 }])
    expect((await commits([run, { runs: [lost] }])).results).toEqual([{ kind: 'lost' }])
    const old = { ...application, version: application.version - 1 }
    expect((await commits([run, { rev: 1, application: old, messages: [message], runs: [stale] }])).results).toEqual([{ kind: 'stale' }])
    for (const row of [first, second]) {
      expect(await scene.world.run(row.id)).toMatchObject({
        ...{ ...row, status: 'queued', rev: 0, holder: scene.session, waiter: null, parked_on: null, due_at: null, finished_at: null },
        ...{ error_code: null, reply: null, wake: null, state: null, steps: '[]', faults: '[]' },
      })
    }
    for (const { id } of [lost, stale]) expect(await scene.world.run(id)).toBeUndefined()
    expect((await commits([first.id, { status: 'ok', finishedAt: 5 }])).results).toEqual([{ kind: 'committed', rev: 1 }])
  })

  it('a run that ended before it was kept is created ended: nobody holds or adopts it, and its reply is there for who asks later', async () => {
    const scene = await open()
    const { store } = scene
    const ended = { finished_at: 77, reply: '{"status":201}', steps: '[1]', faults: '[2]', meta: '{"m":3}' }
    const request = scene.request()
    const [inserted, other] = [scene.run({ request_id: request.id, answer_by: 9_000_000, ended }), scene.run({ request_id: request.id })]
    const runs = [inserted, other]
    const { results } = await store.accept(scene.session, [scene.operation({ application: await scene.application(), request, runs })])
    expect(results).toEqual([{ kind: 'accepted' }])
    const { ended: _, ...row } = inserted
    expect(await scene.world.run(inserted.id)).toMatchObject({
      ...{ ...row, ...ended, status: 'ok', rev: 1, holder: null, waiter: null, parked_on: null, due_at: null },
      ...{ error_code: null, wake: null, state: null },
    })
    expect(await store.replies([inserted.id, other.id])).toEqual([{ run: inserted.id, status: 'ok', reply: '{"status":201}' }])
    expect((await store.heldRuns(scene.session, null, 10)).map((held) => held.run)).toEqual([other.id])
    expect((await store.commitRuns(scene.session, [scene.commit(inserted.id, { rev: 1 })])).results).toEqual([{ kind: 'lost' }])
  })

  it('a run that ends is let go, and its state with it', async () => {
    const scene = await open()
    const run = await scene.start()
    await scene.store.commitRuns(scene.session, [
      scene.commit(run, { status: 'ko', finishedAt: 77, errorCode: 'boom', reply: '{"status":500}' }),
    ])
    expect(await scene.world.run(run)).toMatchObject({
      ...{ status: 'ko', rev: 1, holder: null, state: null, finished_at: 77, error_code: 'boom', reply: '{"status":500}', steps: '[1]' },
    })
    expect((await scene.store.commitRuns(scene.session, [scene.commit(run, { rev: 1 })])).results).toEqual([{ kind: 'lost' }])
  })

  it('is lost for another revision, another session, and a run that is not there', async () => {
    const scene = await open()
    const other = await scene.openSession()
    const run = await scene.start()
    const lost = [{ kind: 'lost' }]
    expect((await scene.store.commitRuns(scene.session, [scene.commit(run, { rev: 1 })])).results).toEqual(lost)
    expect((await scene.store.commitRuns(other, [scene.commit(run)])).results).toEqual(lost)
    expect((await scene.store.commitRuns(scene.session, [scene.commit('run_none')])).results).toEqual(lost)
    expect(await scene.world.run(run)).toMatchObject({ rev: 0, status: 'queued', steps: '[]' })
  })

  it('F27: a dead session commits nothing', async () => {
    const scene = await open()
    const run = await scene.start()
    await scene.store.closeSession(scene.session)
    expect((await scene.store.commitRuns(scene.session, [scene.commit(run, { status: 'ok', finishedAt: 1 })])).results).toEqual([
      { kind: 'lost' },
    ])
    expect(await scene.world.run(run)).toMatchObject({ rev: 0, status: 'queued' })
  })

  it('parks a run on the delivery that the same commit creates, in a lane that begins with it', async () => {
    const scene = await open()
    const run = await scene.start()
    const step = scene.delivery('flow_1/notify', { request: '{"url":"sealed"}', body: Buffer.from([9, 0, 8]) })
    const answer = await scene.store.commitRuns(scene.session, [
      scene.commit(run, { status: 'waiting', parkedOn: step.id, deliveries: [step] }),
    ])
    expect(answer.results).toEqual([{ kind: 'committed', rev: 1 }])
    expect(answer.lanes.map((lane) => lane.lane)).toEqual(['flow_1/notify'])
    expect(deliveriesOf(answer.tasks)).toEqual([step.id])
    expect(await scene.world.run(run)).toMatchObject({ status: 'waiting', holder: null, parked_on: step.id, state: '{"at":1}' })
    expect(await scene.world.delivery(step.id)).toMatchObject({
      ...{ run_id: run, step_id: 'notify', message_id: null, endpoint_id: null, lane: 'flow_1/notify', application_id: scene.app },
      ...{ status: 'waiting', request: '{"url":"sealed"}', body: Buffer.from([9, 0, 8]) },
    })
    expect(await scene.world.lane('flow_1/notify')).toMatchObject({ application_id: scene.app, state: 0 })
  })

  it('keeps emitted messages behind the version of the application; without messages a commit is never stale', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const [a, b] = [await scene.start(), await scene.start()]
    const { version } = await scene.application()
    const application = { id: scene.app, version: version - 1 }
    const message = scene.message([lane], { run_id: a })
    const old = scene.commit(a, { application, messages: [message] })
    const { results } = await scene.store.commitRuns(scene.session, [old, scene.commit(b, { application }), { ...old, rev: 5 }])
    expect(results).toEqual([{ kind: 'stale' }, { kind: 'committed', rev: 1 }, { kind: 'lost' }])
    expect(await scene.world.run(a)).toMatchObject({ rev: 0, steps: '[]' })
    const again = await scene.store.commitRuns(scene.session, [{ ...old, application: { id: scene.app, version } }])
    expect(again.results).toEqual([{ kind: 'committed', rev: 1 }])
    expect(deliveriesOf(again.tasks)).toEqual([message.deliveries[0]!.id])
    expect(await scene.world.message(message.id)).toMatchObject({ run_id: a })
    expect(await scene.world.delivery(message.deliveries[0]!.id)).toMatchObject({ run_id: null, message_id: message.id })
  })

  it('a reply that was committed stays, and is reported before the run has ended', async () => {
    const scene = await open()
    const [a, b] = [await scene.start(), await scene.start()]
    await scene.store.commitRuns(scene.session, [scene.commit(a, { reply: '{"status":201}' })])
    expect(await scene.store.replies([a, b])).toEqual([{ run: a, status: 'running', reply: '{"status":201}' }])
    const ends = { status: 'ok', finishedAt: 9 } as const
    await scene.store.commitRuns(scene.session, [scene.commit(a, { ...ends, rev: 1 }), scene.commit(b, ends)])
    expect(await scene.store.replies([b, a, 'run_none'])).toEqual([
      { run: b, status: 'ok', reply: null },
      { run: a, status: 'ok', reply: '{"status":201}' },
    ])
  })

  const late = '{"status":202}'

  it('R33: a run whose caller was answered without its flow keeps that answer: a commit with another is not kept, one without goes on', async () => {
    const scene = await open()
    const { store, session } = scene
    const [a, b] = [await scene.start({ answer_by: 5 }), await scene.start({ answer_by: 5 })]
    expect(await store.answerRuns([{ run: a, reply: late }])).toEqual([{ run: a, status: 'queued', reply: late }])
    const message = scene.message([await scene.endpoint()])
    const answering = { ...scene.commit(a, { reply: '{"status":409}', messages: [message] }), application: await scene.application() }
    const { results, tasks } = await store.commitRuns(session, [answering, scene.commit(b, { reply: '{"status":201}' })])
    expect(results).toEqual([{ kind: 'answered' }, { kind: 'committed', rev: 1 }])
    expect(tasks).toEqual([])
    expect(await scene.world.message(message.id)).toBeUndefined()
    expect(await scene.world.run(a)).toMatchObject({ rev: 0, status: 'queued', reply: late, steps: '[]' })
    expect((await store.commitRuns(session, [{ ...answering, rev: 7 }])).results).toEqual([{ kind: 'lost' }])
    expect((await store.commitRuns(session, [{ ...answering, reply: null }])).results).toEqual([{ kind: 'committed', rev: 1 }])
    expect(await scene.world.run(a)).toMatchObject({ rev: 1, status: 'running', reply: late, steps: '[1]' })
  })

  it('R33: the first answer of a run is its only one, whoever gives it, and a run that ended without one gets none', async () => {
    const scene = await open()
    const { store, session } = scene
    const [first, second, ended, cancelled] = [await scene.start(), await scene.start(), await scene.start(), await scene.start()]
    await store.commitRuns(session, [
      scene.commit(second, { reply: '{"status":409}' }),
      scene.commit(ended, { status: 'ok', finishedAt: 9 }),
    ])
    await store.cancelRuns([cancelled])
    const runs = [cancelled, second, 'run_none', first, ended] as const
    expect(await store.answerRuns(runs.map((run) => ({ run, reply: late })))).toEqual([
      { run: cancelled, status: 'cancelled', reply: null },
      { run: second, status: 'running', reply: '{"status":409}' },
      { run: first, status: 'queued', reply: late },
      { run: ended, status: 'ok', reply: null },
    ])
    expect(await store.answerRuns([{ run: first, reply: '{"status":200}' }])).toEqual([{ run: first, status: 'queued', reply: late }])
    expect(await store.replies([first, cancelled])).toHaveLength(2)
    expect(await scene.world.run(cancelled)).toMatchObject({ reply: null })
    expect(await store.answerRuns([])).toEqual([])
  })

  it('R33: of a caller whose time is over and a flow that answers at the same moment exactly one is right, and both learn which', async () => {
    const scene = await open()
    const runs = await Promise.all(Array.from({ length: 60 }, () => scene.start({ answer_by: 5 })))
    const outcomes = await Promise.all(
      runs.map(async (run, i) => {
        const answer = () => scene.store.answerRuns([{ run, reply: late }])
        const commit = () => scene.store.commitRuns(scene.session, [scene.commit(run, { reply: '{"status":409}' })])
        const [said, committed] =
          i % 2 === 0 ? await Promise.all([answer(), commit()]) : await Promise.all([commit(), answer()]).then(([c, a]) => [a, c] as const)
        return { said: said[0]!.reply, kind: committed.results[0]!.kind, kept: (await scene.store.replies([run]))[0]!.reply }
      }),
    )
    for (const { said, kind, kept } of outcomes) {
      expect(said).toBe(kept)
      expect(kind).toBe(kept === late ? 'answered' : 'committed')
    }
  })

  it('frees a deduplication key only for the run that has it', async () => {
    const scene = await open()
    const run = await scene.start()
    const dedup = { scope: 's', key: 'k', ref: 'req_1', keepMs: 60_000 }
    const accept = async () => (await scene.store.accept(scene.session, [scene.operation({ dedups: [dedup] })])).results[0]!.kind
    expect(await accept()).toBe('accepted')
    await scene.store.commitRuns(scene.session, [scene.commit(run, { reopen: { scope: 's', key: 'k', ref: 'req_other' } })])
    expect(await accept()).toBe('duplicate')
    await scene.store.commitRuns(scene.session, [scene.commit(run, { rev: 1, reopen: { scope: 's', key: 'k', ref: 'req_1' } })])
    expect(await accept()).toBe('accepted')
  })

  it('a commit whose data cannot be kept is refused alone, and the run stays as it was', async () => {
    const scene = await open()
    const runs = [await scene.start(), await scene.start(), await scene.start()]
    const step = scene.delivery('flow_1/notify')
    const part = (id: RunId) => scene.commit(id, { deliveries: [step] })
    const { results, tasks } = await scene.store.commitRuns(scene.session, [part(runs[0]!), part(runs[1]!), scene.commit(runs[2]!)])
    expect(results).toEqual([
      { kind: 'committed', rev: 1 },
      { kind: 'refused', detail: expect.any(String) },
      { kind: 'committed', rev: 1 },
    ])
    expect(deliveriesOf(tasks)).toEqual([step.id])
    expect(await scene.world.run(runs[1]!)).toMatchObject({ rev: 0, status: 'queued', holder: scene.session })
  })

  it('a commit that cannot even be handed over fails alone', async () => {
    const scene = await open()
    const [odd, good] = [await scene.start(), await scene.start()]
    const commits = [scene.commit(odd, { steps: 1n as never }), scene.commit(good)]
    const { results } = await scene.store.commitRuns(scene.session, commits)
    expect(results[1]).toEqual({ kind: 'committed', rev: 1 })
  })

  it('loads runs with the requests that started them, in the order asked', async () => {
    const scene = await open()
    const request = scene.request({ body: Buffer.from('body'), body_bytes: 4 })
    const run = scene.run({ request_id: request.id })
    await scene.store.accept(scene.session, [scene.operation({ application: await scene.application(), request, runs: [run] })])
    const job = await scene.start({ trigger: 'job', input: '{"a":1}' })
    const loaded = await scene.store.loadRuns([job, 'run_none', run.id])
    expect(loaded.map((one) => [one.run.id, one.request?.id])).toEqual([
      [job, undefined],
      [run.id, request.id],
    ])
    expect(loaded[1]!.request!.body).toEqual(Buffer.from('body'))
    expect(loaded[0]!.run).toMatchObject({ input: '{"a":1}', rev: 0 })
  })

  it('lists the runs that a session holds, oldest first, page by page', async () => {
    const scene = await open()
    const runs = [await scene.start(), await scene.start(), await scene.start()]
    await scene.start({}, await scene.openSession())
    await scene.store.commitRuns(scene.session, [scene.commit(runs[1]!, { status: 'ok', finishedAt: 1 })])
    const held = await scene.store.heldRuns(scene.session, null, 1)
    expect(held).toEqual([{ run: runs[0], application: scene.app, rev: 0 }])
    expect(await scene.store.heldRuns(scene.session, runs[0]!, 10)).toEqual([{ run: runs[2], application: scene.app, rev: 0 }])
  })

  it('gives unfinished runs of the dead to the session that asks, once, with a new revision', async () => {
    const scene = await open()
    const runs = [await scene.start(), await scene.start(), await scene.start()]
    const parked = await scene.start()
    await scene.park(parked)
    await scene.store.commitRuns(scene.session, [scene.commit(runs[0]!, { status: 'ok', finishedAt: 1 }), scene.commit(runs[1]!)])
    const adopter = await scene.openSession()
    expect(await scene.store.adoptRuns(adopter, 10)).toEqual([])
    await scene.store.closeSession(scene.session)
    const adopted = [...(await scene.store.adoptRuns(adopter, 1)), ...(await scene.store.adoptRuns(adopter, 10))]
    expect(adopted.toSorted((a, b) => (a.run < b.run ? -1 : 1))).toEqual([
      { run: runs[1], application: scene.app, rev: 2 },
      { run: runs[2], application: scene.app, rev: 1 },
    ])
    expect(await scene.store.adoptRuns(adopter, 10)).toEqual([])
    expect((await scene.store.commitRuns(adopter, [scene.commit(runs[2]!, { rev: 1 })])).results).toEqual([{ kind: 'committed', rev: 2 }])
  })

  it('a dead session adopts nothing', async () => {
    const scene = await open()
    await scene.start()
    const adopter = await scene.openSession()
    await scene.store.closeSession(scene.session)
    await scene.store.closeSession(adopter)
    expect(await scene.store.adoptRuns(adopter, 10)).toEqual([])
  })

  it('cancels runs that have not ended, with their unsent deliveries', async () => {
    const scene = await open()
    const [parked, done, fresh] = [await scene.start(), await scene.start(), await scene.start()]
    const task = await scene.park(parked)
    await scene.store.commitRuns(scene.session, [scene.commit(done, { status: 'ok', finishedAt: 1 })])
    expect(await scene.store.cancelRuns([parked, done, fresh, 'run_none'])).toEqual([parked, fresh])
    expect(await scene.world.run(parked)).toMatchObject({ status: 'cancelled', parked_on: null, holder: null, state: null, rev: 2 })
    expect(await scene.world.delivery(task.delivery)).toMatchObject({ status: 'cancelled', next_at: null })
    expect(await scene.world.tasks(task.delivery)).toEqual([])
    // Whoever was sending or running meanwhile is told.
    expect(await scene.settle(delivered(task, scene.attempt(task)))).toMatchObject({ settled: false, woken: null })
    expect((await scene.store.commitRuns(scene.session, [scene.commit(fresh)])).results).toEqual([{ kind: 'lost' }])
    expect(await scene.store.replies([fresh])).toEqual([{ run: fresh, status: 'cancelled', reply: null }])
  })

  it("a run that waits for a moment is nobody's until then, and is given once, the longest due first", async () => {
    const scene = await open()
    const other = await scene.openSession()
    const runs = [await scene.start(), await scene.start(), await scene.start(), await scene.start()]
    const at = await scene.now()
    const within5s = (moment: number) => expect.closeTo(moment, -4)
    const [late, soon, sooner, never] = runs as [(typeof runs)[0], (typeof runs)[0], (typeof runs)[0], (typeof runs)[0]]
    const park = (run: (typeof runs)[0], inMs: number) => scene.commit(run, { status: 'waiting', waitMs: inMs })
    await scene.store.commitRuns(scene.session, [park(late, 3_600_000), park(soon, 60_000), park(sooner, 50_000), park(never, 60_000)])
    expect(await scene.world.run(soon)).toMatchObject({ status: 'waiting', holder: null, due_at: within5s(at + 60_000), state: '{"at":1}' })
    expect(await scene.store.wakeDueRuns(scene.session, 10)).toEqual([])
    expect(await scene.store.cancelRuns([never])).toEqual([never])
    expect(await scene.world.run(never)).toMatchObject({ status: 'cancelled', due_at: null })
    await scene.advance(61_000)
    expect(await scene.store.wakeDueRuns(other, 1)).toEqual([{ run: sooner, application: scene.app, rev: 2 }])
    expect(await scene.store.wakeDueRuns(scene.session, 10)).toEqual([{ run: soon, application: scene.app, rev: 2 }])
    expect(await scene.store.wakeDueRuns(other, 10)).toEqual([])
    expect(await scene.world.run(soon)).toMatchObject({ status: 'queued', holder: scene.session, due_at: null, parked_on: null })
    expect((await scene.store.commitRuns(scene.session, [scene.commit(soon, { rev: 2 })])).results).toEqual([{ kind: 'committed', rev: 3 }])
    expect(await scene.world.run(late)).toMatchObject({ status: 'waiting', due_at: within5s(at + 3_600_000) })
  })

  it('a dead session, and one that takes no runs, wakes none', async () => {
    const scene = await open()
    const run = await scene.start()
    await scene.store.commitRuns(scene.session, [scene.commit(run, { status: 'waiting', waitMs: 0 })])
    const idle = await scene.openSession({ lanes: true, runs: false })
    expect(await scene.store.wakeDueRuns(idle, 10)).toEqual([])
    const dead = await scene.openSession()
    await scene.store.closeSession(dead)
    expect(await scene.store.wakeDueRuns(dead, 10)).toEqual([])
    expect(await scene.store.wakeDueRuns(scene.session, 10)).toMatchObject([{ run }])
  })

  it('a run whose delivery is cancelled is queued for whoever adopts it next', async () => {
    const scene = await open()
    const run = await scene.start()
    const task = await scene.park(run)
    expect(await scene.store.cancelDeliveries([task.delivery, task.delivery, 'dlv_none'], '{"ok":false}')).toEqual([task.delivery])
    expect(await scene.world.run(run)).toMatchObject({ status: 'queued', wake: '{"ok":false}', holder: NOBODY, parked_on: null, rev: 2 })
    expect(await scene.store.adoptRuns(scene.session, 10)).toEqual([{ run, application: scene.app, rev: 3 }])
    expect((await scene.store.loadRuns([run]))[0]!.run.wake).toBe('{"ok":false}')
  })
}
