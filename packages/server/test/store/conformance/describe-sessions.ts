import { expect, it } from 'vitest'
import { NOBODY } from '#store'
import { deliveriesOf, delivered, laneUpdate, type Scene } from './scene.ts'

/** Lives in the store, and what becomes of what they held. */
export function describeSessions(open: () => Promise<Scene>): void {
  it('a beat renews the session and answers the beats of the others that live', async () => {
    const scene = await open()
    const [a, b] = [await scene.openSession(), await scene.openSession()]
    await scene.store.closeSession(scene.session)
    const before = (await scene.store.beat(a)).peers
    expect(before.map((peer) => peer.id)).toEqual([b])
    expect((await scene.store.beat(b)).alive).toBe(true)
    const after = (await scene.store.beat(a)).peers
    expect(after[0]!.beat).not.toBe(before[0]!.beat)
    expect((await scene.store.beat(a)).peers).toEqual(after)
    expect(Math.abs((await scene.store.beat(a)).now - (await scene.now()))).toBeLessThan(5000)
  })

  it('reaps a peer whose beat stood still, once', async () => {
    const scene = await open()
    const peer = await scene.openSession()
    const seen = (await scene.store.beat(scene.session)).peers[0]!.beat
    expect(await scene.store.reap(peer, seen)).toBe(true)
    expect(await scene.store.reap(peer, seen)).toBe(false)
    expect((await scene.store.beat(peer)).alive).toBe(false)
    expect((await scene.store.beat(scene.session)).peers).toEqual([])
  })

  it('does not reap a peer that has beaten meanwhile', async () => {
    const scene = await open()
    const peer = await scene.openSession()
    const seen = (await scene.store.beat(scene.session)).peers[0]!.beat
    await scene.store.beat(peer)
    expect(await scene.store.reap(peer, seen)).toBe(false)
    expect((await scene.store.beat(peer)).alive).toBe(true)
  })

  it('a session that nobody opened is not alive', async () => {
    const scene = await open()
    expect((await scene.store.beat(scene.ids.make('ses'))).alive).toBe(false)
  })

  it('a dead session claims nothing', async () => {
    const scene = await open()
    await scene.send([await scene.endpoint()], await scene.openSession())
    const other = await scene.openSession()
    await scene.send([await scene.endpoint()], other)
    await scene.store.closeSession(other)
    await scene.store.freeLanes(other, 10)
    await scene.store.closeSession(scene.session)
    expect(await scene.store.claim(scene.session, 10, 10)).toMatchObject({ lanes: [], tasks: [] })
  })

  it('the living keep their lanes', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    await scene.send([lane])
    expect(await scene.store.freeLanes(scene.session, 10)).toBe(0)
    expect(await scene.store.release(scene.session, [lane])).toEqual([lane])
  })

  it('frees the lanes of the dead in chunks; the next owner hears how often a lane was taken over since its last settle', async () => {
    const scene = await open()
    const lanes = [await scene.endpoint(), await scene.endpoint(), await scene.endpoint()]
    const { deliveries } = await scene.send(lanes)
    await scene.store.closeSession(scene.session)
    expect(await scene.store.freeLanes(scene.session, 2)).toBe(2)
    expect(await scene.store.freeLanes(scene.session, 2)).toBe(1)
    expect(await scene.store.freeLanes(scene.session, 2)).toBe(0)
    const adopter = await scene.openSession()
    const claim = await scene.store.claim(adopter, 10, 10)
    expect(claim.lanes.map((lane) => lane.takeovers)).toEqual([1, 1, 1])
    expect(deliveriesOf(claim.tasks).sort()).toEqual(deliveries.toSorted())
    expect(await scene.world.lane(lanes[0]!)).toMatchObject({ takeovers: 1 })

    const [first] = claim.tasks
    await scene.settle(delivered(first!, null), laneUpdate(first!.lane), adopter)
    await scene.store.closeSession(adopter)
    expect(await scene.store.freeLanes(adopter, 10)).toBe(3)
    const last = await scene.openSession()
    await scene.send([first!.lane], last)
    const again = await scene.store.claim(last, 10, 10)
    expect(again.lanes.map((lane) => lane.takeovers)).toEqual([2, 2])
    expect(await scene.world.lane(first!.lane)).toMatchObject({ takeovers: 1 })
  })

  it('F27: what a dead session had in hand is settled by its adopter alone', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const { tasks } = await scene.send([lane])
    const adopter = await scene.openSession()
    await scene.store.closeSession(scene.session)
    await scene.store.freeLanes(scene.session, 10)
    const claim = await scene.store.claim(adopter, 10, 10)
    expect(claim.tasks).toEqual(tasks)
    expect((await scene.settle(delivered(tasks[0]!, scene.attempt(tasks[0]!)))).settled).toBe(false)
    expect((await scene.settle(delivered(tasks[0]!, scene.attempt(tasks[0]!)), null, adopter)).settled).toBe(true)
    expect(await scene.world.attempts(tasks[0]!.delivery)).toHaveLength(1)
  })

  it('a session that takes no runs leaves those that it accepts or wakes to one that does, and adopts none', async () => {
    const scene = await open()
    const idle = await scene.openSession({ lanes: true, runs: false })
    const accepted = await scene.start({ answer_by: 9_000_000 }, idle)
    expect(await scene.world.run(accepted)).toMatchObject({ holder: NOBODY, status: 'queued' })
    expect((await scene.world.run(accepted))?.waiter).not.toBeNull()
    expect(await scene.store.adoptRuns(idle, 10)).toEqual([])
    expect(await scene.store.adoptRuns(scene.session, 10)).toEqual([{ run: accepted, application: scene.app, rev: 1 }])

    const task = await scene.park(accepted, 1)
    await scene.store.release(scene.session, [task.lane])
    expect((await scene.store.claim(idle, 10, 10)).tasks).toEqual([task])
    const wake = { ...delivered(task, scene.attempt(task)), wake: '{"ok":true}' }
    expect(await scene.settle(wake, null, idle)).toMatchObject({ settled: true, woken: null })
    expect(await scene.world.run(accepted)).toMatchObject({ holder: NOBODY, status: 'queued', wake: '{"ok":true}' })
    expect(await scene.store.adoptRuns(scene.session, 10)).toEqual([{ run: accepted, application: scene.app, rev: 4 }])
  })

  it('a session that takes no lanes leaves those that its commits wake to one that does', async () => {
    const scene = await open()
    const idle = await scene.openSession({ lanes: false, runs: true })
    const lane = await scene.endpoint()
    const { lanes, tasks, deliveries } = await scene.send([lane], idle)
    expect({ lanes, tasks }).toEqual({ lanes: [], tasks: [] })
    expect(deliveriesOf((await scene.store.claim(scene.session, 10, 10)).tasks)).toEqual(deliveries)

    const run = await scene.start({}, idle)
    expect(await scene.world.run(run)).toMatchObject({ holder: idle })
    const step = scene.delivery('flow_1/notify')
    const parked = scene.commit(run, { status: 'waiting', parkedOn: step.id, deliveries: [step] })
    expect(await scene.store.commitRuns(idle, [parked])).toEqual({ results: [{ kind: 'committed', rev: 1 }], lanes: [], tasks: [] })
    expect(deliveriesOf((await scene.store.claim(scene.session, 10, 10)).tasks)).toEqual([step.id])
  })
}
