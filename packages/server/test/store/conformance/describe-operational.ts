import type { EndpointId } from '#domain'
import { expect, it } from 'vitest'
import { laneStates } from '#store'
import { tablesOf } from '#store/testing'
import { auditEntry, delivered, deliveriesOf, failed, laneUpdate, retry, type Scene } from './scene.ts'
import { endpointRow } from './subject.ts'

/** Messages to the operator, which are kept with what they tell. */
export function describeOperational(open: () => Promise<Scene>): void {
  /** A task to settle, and the operator's application with an endpoint, whose messages it gets. */
  const operated = async () => {
    const scene = await open()
    const [operator, said, lane] = [scene.ids.make('app'), scene.ids.make('ep'), await scene.endpoint()]
    await scene.world.addApplication(operator)
    await scene.world.addEndpoint(said, operator)
    const { tasks } = await scene.send([lane])
    const message = (lanes: readonly EndpointId[] = [said], skipped: readonly EndpointId[] = []) =>
      scene.message(lanes, { application_id: operator, event_type: 'endpoint.disabled', payload: Buffer.from('{"o":1}'), skipped })
    return { scene, operator, said, lane, task: tasks[0]!, message }
  }

  it('what is reported of a settlement is kept with it, taken by nobody, and due at once', async () => {
    const { scene, operator, said, task, message } = await operated()
    const [one, two] = [message(), message()]
    expect(await scene.settle({ ...retry(task, scene.attempt(task)), operational: [one, two] })).toEqual({ settled: true, woken: null })
    expect(await scene.world.message(one.id)).toMatchObject({ application_id: operator, payload: Buffer.from('{"o":1}') })
    const [delivery] = one.deliveries
    expect(await scene.world.delivery(delivery!.id)).toMatchObject({
      ...{ application_id: operator, lane: said, message_id: one.id, status: 'waiting', attempts: 0 },
    })
    const claimed = await scene.store.claim(scene.session, 10, 10)
    expect(claimed.lanes.map((lane) => lane.lane)).toEqual([said])
    expect(deliveriesOf(claimed.tasks).toSorted()).toEqual([...one.deliveries, ...two.deliveries].map(({ id }) => id).toSorted())
  })

  it('the owner of their lane finds them', async () => {
    const { scene, said, lane, message } = await operated()
    const { tasks } = await scene.send([lane])
    const [first, second] = [message(), message()]
    await scene.settle({ ...delivered(tasks[0]!, null), operational: [first] })
    await scene.store.claim(scene.session, 10, 10)
    await scene.settle({ ...delivered((await scene.send([lane])).tasks[0]!, null), operational: [second] })
    const found = await scene.store.refill(scene.session, [{ lane: said, tasksMax: 10 }])
    expect(deliveriesOf(found)).toEqual([...first.deliveries, ...second.deliveries].map(({ id }) => id))
  })

  it('nothing is reported of what is not settled', async () => {
    const { scene, task, message } = await operated()
    const [said, untold] = [message(), message()]
    await scene.settle({ ...delivered(task, null), operational: [said] })
    expect(await scene.settle({ ...delivered(task, null), operational: [untold] })).toEqual({ settled: false, woken: null })
    expect(await scene.world.message(said.id)).toBeDefined()
    expect(await scene.world.message(untold.id)).toBeUndefined()
  })

  it('nothing is reported of a settlement that is refused, and of the others of the batch it is', async () => {
    const { scene, lane, task, message } = await operated()
    const other = (await scene.send([lane])).tasks[0]!
    const attempt = scene.attempt(task)
    const [said, untold] = [message(), message()]
    const results = await scene.store.settle(
      scene.session,
      [
        { ...delivered(task, attempt), operational: [said] },
        { ...delivered(other, { ...attempt, delivery_id: other.delivery }), operational: [untold] },
      ],
      [],
    )
    expect(results.map(({ settled }) => settled)).toEqual([true, false])
    expect(await scene.world.message(said.id)).toBeDefined()
    expect(await scene.world.message(untold.id)).toBeUndefined()
  })

  it('F27: a dead session reports nothing', async () => {
    const { scene, task, message } = await operated()
    await scene.store.closeSession(scene.session)
    const untold = message()
    await scene.settle({ ...delivered(task, null), operational: [untold] })
    expect(await scene.world.message(untold.id)).toBeUndefined()
  })

  it('what the operator changes meanwhile loses nothing: a lane that was disabled holds it, and skipping is counted', async () => {
    const { scene, operator, said, task, message } = await operated()
    await scene.world.setLane(said, operator, { state: laneStates.disabled })
    const held = message([said], [said])
    expect((await scene.settle({ ...delivered(task, null), operational: [held] })).settled).toBe(true)
    expect(await scene.due()).toEqual([])
    expect(await scene.world.lane(said)).toMatchObject({ skipped: 1 })
    await scene.world.setLane(said, operator, { state: laneStates.ready, resetFailures: true })
    expect(deliveriesOf(await scene.due())).toEqual(held.deliveries.map(({ id }) => id))
  })

  it('of an endpoint that is disabled is reported once, with the change', async () => {
    const { scene, lane, task, message } = await operated()
    const [attempt, disabled, again] = [message(), message(), message()]
    const stop = (operational: (typeof attempt)[]) => ({
      ...{ state: 'disabled' as const, reason: 'exhausted', audit: auditEntry(scene, 'endpoint.disabled') },
      operational,
    })
    await scene.settle({ ...failed(task, scene.attempt(task)), operational: [attempt] }, laneUpdate(lane, { stop: stop([disabled]) }))
    await scene.settle(failed(task, null), laneUpdate(lane, { stop: stop([again]) }))
    expect(await scene.world.endpoint(lane)).toMatchObject({ state: 'disabled' })
    for (const { id } of [attempt, disabled]) expect(await scene.world.message(id)).toBeDefined()
    expect(await scene.world.message(again.id)).toBeUndefined()
    expect(deliveriesOf(await scene.due()).toSorted()).toEqual(
      [attempt, disabled].flatMap((one) => one.deliveries.map(({ id }) => id)).toSorted(),
    )
  })

  it('who does not own a lane says nothing of its endpoint', async () => {
    const { scene, lane, task, message } = await operated()
    await scene.store.release(scene.session, [lane])
    const untold = message()
    const stop = { state: 'disabled' as const, reason: 'gone', audit: auditEntry(scene, 'endpoint.disabled'), operational: [untold] }
    await scene.settle(failed(task, null), laneUpdate(lane, { stop }))
    expect(await scene.world.endpoint(lane)).toMatchObject({ state: 'active' })
    expect(await scene.world.message(untold.id)).toBeUndefined()
  })

  it('what is reported of a run goes with its commit, whatever the version of either application', async () => {
    const { scene, said, message } = await operated()
    const run = await scene.start()
    const [kept, lost] = [message(), message()]
    const end = { status: 'ok', finishedAt: 7 } as const
    const answer = await scene.store.commitRuns(scene.session, [scene.commit(run, { ...end, operational: [kept] })])
    expect(answer.results).toEqual([{ kind: 'committed', rev: 1 }])
    expect(answer.lanes.map((lane) => lane.lane)).toEqual([said])
    expect(deliveriesOf(answer.tasks)).toEqual(kept.deliveries.map(({ id }) => id))
    expect((await scene.store.commitRuns(scene.session, [scene.commit(run, { ...end, operational: [lost] })])).results).toEqual([
      { kind: 'lost' },
    ])
    expect(await scene.world.message(kept.id)).toMatchObject({ run_id: null })
    expect(await scene.world.message(lost.id)).toBeUndefined()
  })
}

/** The same for changes of management, of which the model has none. */
export function describeOperationalManagement(open: () => Promise<Scene>): void {
  it('what is reported of a change is kept with it, or neither is', async () => {
    const scene = await open()
    const said = await scene.endpoint()
    const change = async (uid: string, stale: boolean) => {
      const { id, version } = await scene.application()
      const row = { ...endpointRow(scene.ids.make('ep'), scene.app), uid }
      const message = scene.message([said])
      const { kind } = await scene.store.mutate({
        ...{ statements: [{ query: tablesOf(scene.store).insertInto('endpoint').values(row).compile(), rows: 1 }], audit: [] },
        ...{ application: { id, version: version - (stale ? 1 : 0) }, operational: [message] },
      })
      return { kind, message }
    }
    const done = await change('a', false)
    const [changed, conflict] = [await change('b', true), await change('a', false)]
    expect([done.kind, changed.kind, conflict.kind]).toEqual(['done', 'changed', 'conflict'])
    expect(deliveriesOf(await scene.due())).toEqual(done.message.deliveries.map(({ id }) => id))
    for (const { message } of [changed, conflict]) expect(await scene.world.message(message.id)).toBeUndefined()
  })
}
