import { expect, it } from 'vitest'
import { laneStates } from '#store'
import { delivered, deliveriesOf, laneUpdate, retry, type Scene } from './scene.ts'

/** Claim, refill, release; what people ask for deliveries. */
export function describeLanes(open: () => Promise<Scene>): void {
  /** Lanes with one task each, created one second after the other, owned by nobody. */
  const waiting = async (count: number) => {
    const scene = await open()
    const lanes: string[] = []
    const deliveries: string[] = []
    for (let i = 0; i < count; i++) {
      const lane = await scene.endpoint()
      deliveries.push(...(await scene.send([lane])).deliveries)
      await scene.advance(1000)
      lanes.push(lane)
    }
    await scene.store.release(scene.session, lanes)
    return { scene, lanes, deliveries }
  }

  it('claims lanes that are due, the longest due first, each once, up to the limit', async () => {
    const { scene, lanes, deliveries } = await waiting(3)
    const other = await scene.openSession()
    const first = await scene.store.claim(scene.session, 2, 10)
    expect(first.lanes.map((lane) => lane.lane)).toEqual(lanes.slice(0, 2))
    expect(deliveriesOf(first.tasks).sort()).toEqual(deliveries.slice(0, 2).sort())
    expect(first.nextInMs).toBe(0)
    const second = await scene.store.claim(other, 10, 10)
    expect(second.lanes.map((lane) => lane.lane)).toEqual(lanes.slice(2))
    expect(second.nextInMs).toBe(Infinity)
    expect(await scene.store.claim(scene.session, 10, 10)).toMatchObject({ lanes: [], tasks: [], nextInMs: Infinity })
  })

  it('gives the first due tasks of each lane, in the order of their due', async () => {
    const { scene, lanes, deliveries } = await waiting(1)
    const more = [await scene.send(lanes), await scene.send(lanes)]
    const { tasks } = await scene.store.claim(scene.session, 1, 2)
    expect(tasks[0]).toMatchObject({ lane: lanes[0], delivery: deliveries[0], manual: false })
    expect(tasks).toHaveLength(2)
    const all = await scene.store.refill(scene.session, [{ lane: lanes[0]!, tasksMax: 10 }])
    expect(deliveriesOf(all)).toEqual([...deliveries, ...more.flatMap((one) => one.deliveries)])
    expect(all.slice(0, 2)).toEqual(tasks)
  })

  it('says when the next lane is due', async () => {
    const { scene, lanes } = await waiting(1)
    const { tasks } = await scene.store.claim(scene.session, 1, 1)
    await scene.settle(retry(tasks[0]!, scene.attempt(tasks[0]!), 60_000))
    expect((await scene.store.claim(scene.session, 1, 1)).nextInMs).toBe(Infinity)
    await scene.store.release(scene.session, lanes)
    const { nextInMs, now } = await scene.store.claim(scene.session, 1, 1)
    expect(nextInMs).toBeGreaterThan(55_000)
    expect(nextInMs).toBeLessThanOrEqual(60_000)
    expect(Math.abs(now - (await scene.now()))).toBeLessThan(5000)
  })

  it.each(['paused', 'disabled', 'removed'] as const)('neither claims nor refills a %s lane', async (state) => {
    const { scene, lanes } = await waiting(1)
    await scene.store.claim(scene.session, 1, 1)
    await scene.world.setLane(lanes[0]!, scene.app, { state: laneStates[state] })
    expect(await scene.store.refill(scene.session, [{ lane: lanes[0]!, tasksMax: 1 }])).toEqual([])
    expect(await scene.store.release(scene.session, lanes)).toEqual(lanes)
    expect(await scene.store.claim(scene.session, 1, 1)).toMatchObject({ lanes: [], nextInMs: Infinity })
  })

  it('refills lanes of the session only', async () => {
    const { scene, lanes } = await waiting(2)
    await scene.store.claim(scene.session, 1, 0)
    const wanted = lanes.map((lane) => ({ lane, tasksMax: 10 }))
    expect((await scene.store.refill(scene.session, wanted)).map((task) => task.lane)).toEqual([lanes[0]])
    expect(await scene.store.refill(await scene.openSession(), wanted)).toEqual([])
  })

  it('releases what the session owns and nothing else; the epoch grows with each owner', async () => {
    const { scene, lanes } = await waiting(2)
    const other = await scene.openSession()
    const [mine] = (await scene.store.claim(scene.session, 1, 1)).lanes
    const [theirs] = (await scene.store.claim(other, 1, 1)).lanes
    expect(await scene.store.release(scene.session, [...lanes, 'ep_none'])).toEqual([mine!.lane])
    expect(await scene.store.release(scene.session, [mine!.lane])).toEqual([])
    const [again] = (await scene.store.claim(other, 1, 1)).lanes
    expect(again!.lane).toBe(mine!.lane)
    expect(again!.epoch).toBeGreaterThan(mine!.epoch)
    expect(await scene.store.release(other, [theirs!.lane])).toEqual([theirs!.lane])
  })

  it('a lane without tasks is not due after its release', async () => {
    const { scene, lanes } = await waiting(1)
    const { tasks } = await scene.store.claim(scene.session, 1, 1)
    await scene.settle(delivered(tasks[0]!, null))
    await scene.store.release(scene.session, lanes)
    expect(await scene.store.claim(scene.session, 1, 1)).toMatchObject({ lanes: [], nextInMs: Infinity })
  })

  it('a settlement that comes after the release leaves the lane due when its tasks are', async () => {
    const { scene, lanes } = await waiting(1)
    const { tasks } = await scene.store.claim(scene.session, 1, 1)
    await scene.store.release(scene.session, lanes)
    expect((await scene.settle(retry(tasks[0]!, scene.attempt(tasks[0]!), 60_000))).settled).toBe(true)
    await scene.advance(61_000)
    expect(await scene.due()).toHaveLength(1)
  })

  it('health says how long the oldest due lane has waited for an owner', async () => {
    const { scene } = await waiting(1)
    await scene.advance(20_000)
    const { oldestDueMs } = await scene.store.health()
    expect(oldestDueMs).toBeGreaterThanOrEqual(21_000)
    expect(oldestDueMs).toBeLessThan(26_000)
    await scene.store.claim(scene.session, 1, 1)
    expect(await scene.store.health()).toEqual({ oldestDueMs: 0 })
  })

  it('loads what sending needs to know, in the order asked', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const message = scene.message([lane], { event_id: 'evt_9', payload: Buffer.from([7, 0, 7]) })
    await scene.store.accept(scene.session, [scene.operation({ application: await scene.application(), messages: [message] })])
    const step = await scene.park(await scene.start())
    const delivery = message.deliveries[0]!.id
    const [first, second, ...none] = await scene.store.loadDeliveries([step.delivery, 'dlv_none', delivery])
    expect(none).toEqual([])
    const { body, ...row } = (await scene.world.delivery(step.delivery))!
    expect(first).toEqual({ delivery: row, eventId: null, payload: body })
    expect(second).toMatchObject({ delivery: { id: delivery, message_id: message.id }, eventId: 'evt_9', payload: Buffer.from([7, 0, 7]) })
  })

  it('cancels deliveries that are not at their end, and removes their tasks', async () => {
    const { scene, lanes, deliveries } = await waiting(2)
    const { tasks } = await scene.store.claim(scene.session, 1, 1)
    await scene.settle(delivered(tasks[0]!, null))
    const wanted = deliveries as `dlv_${string}`[]
    await scene.store.resend([wanted[1]!])
    expect(await scene.store.cancelDeliveries([...wanted, 'dlv_none'])).toEqual([wanted[1]])
    expect(await scene.world.delivery(wanted[1]!)).toMatchObject({ status: 'cancelled', next_at: null, finished_at: expect.any(Number) })
    expect(await scene.world.tasks(wanted[1]!)).toEqual([])
    await scene.store.release(scene.session, lanes)
    expect(await scene.due()).toEqual([])
  })

  it('resends at the tail of the lane, once in a millisecond, whatever the delivery’s end was', async () => {
    const { scene, lanes, deliveries } = await waiting(1)
    const ended = deliveries[0] as `dlv_${string}`
    const { tasks } = await scene.store.claim(scene.session, 1, 1)
    await scene.settle(delivered(tasks[0]!, null))
    const other = await scene.send(lanes)
    await scene.advance(1000)
    expect(await scene.store.resend([ended, 'dlv_none'])).toEqual([ended])
    const refilled = await scene.store.refill(scene.session, [{ lane: lanes[0]!, tasksMax: 10 }])
    expect(refilled.map((task) => [task.delivery, task.manual])).toEqual([
      [other.deliveries[0], false],
      [ended, true],
    ])
    await scene.store.release(scene.session, lanes)
    expect(deliveriesOf(await scene.due())).toEqual([...other.deliveries, ended])
  })

  it('a resend makes an unowned lane due', async () => {
    const { scene, lanes, deliveries } = await waiting(1)
    const { tasks } = await scene.store.claim(scene.session, 1, 1)
    await scene.settle(delivered(tasks[0]!, null))
    await scene.store.release(scene.session, lanes)
    await scene.store.resend(deliveries as `dlv_${string}`[])
    expect(await scene.due()).toMatchObject([{ delivery: deliveries[0], manual: true }])
  })

  it.each([
    ['paused', 1],
    ['disabled', 0],
    ['removed', 0],
  ] as const)('resends to a %s lane: %i', async (state, count) => {
    const { scene, lanes, deliveries } = await waiting(1)
    await scene.world.setLane(lanes[0]!, scene.app, { state: laneStates[state] })
    expect(await scene.store.resend(deliveries as `dlv_${string}`[])).toHaveLength(count)
  })

  it('a lane update with a circuit holds the lane back after its release, backlog and all', async () => {
    const { scene, lanes } = await waiting(1)
    await scene.send(lanes)
    const { tasks } = await scene.store.claim(scene.session, 1, 1)
    await scene.settle(retry(tasks[0]!, scene.attempt(tasks[0]!), 1000), laneUpdate(lanes[0]!, { failures: 5, circuitInMs: 30_000 }))
    await scene.store.release(scene.session, lanes)
    await scene.advance(20_000)
    expect(await scene.due()).toEqual([])
    await scene.advance(11_000)
    expect(await scene.due()).toHaveLength(2)
  })
}
