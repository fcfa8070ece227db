import type { DeliveryId } from '#domain'
import { expect, it } from 'vitest'
import { laneStates } from '#store'
import { auditEntry, delivered, deliveriesOf, expectNear, failed, laneUpdate, retry, type Scene } from './scene.ts'

/** Lanes that keep the order of their tasks. */
export function describeOrder(open: () => Promise<Scene>): void {
  /** An ordered lane with `count` tasks, accepted one second after the other, and owned by the session. */
  const ordered = async (count: number) => {
    const scene = await open()
    const lane = await scene.endpoint()
    await scene.world.setOrder(lane, scene.app, true)
    const deliveries: DeliveryId[] = []
    for (let i = 0; i < count; i++) {
      deliveries.push((await scene.send([lane])).deliveries[0]!)
      await scene.advance(1000)
    }
    const refill = () => scene.store.refill(scene.session, [{ lane, tasksMax: 100 }])
    return { scene, lane, deliveries, refill }
  }

  it('what is tried again keeps its place, and the lane is blocked for as long', async () => {
    const { scene, lane, deliveries, refill } = await ordered(3)
    const [head] = await refill()
    const attempt = scene.attempt(head!)
    const settled = await scene.settle(retry(head!, attempt, 60_000))
    expect(settled).toEqual({ settled: true, woken: null, keptPlace: true })
    expect((await refill())[0]).toEqual(head)
    const row = await scene.world.delivery(head!.delivery)
    expect(row).toMatchObject({ status: 'waiting', attempts: 1, retries: 1, next_at: head!.due })
    const kept = await scene.world.lane(lane)
    expect(kept).toMatchObject({ ordered: 1, blocked_for: head!.delivery })
    expectNear(kept!.blocked_until, (await scene.now()) + 60_000)
    // The attempt's own row says when the next one is.
    expectNear((await scene.world.attempts(head!.delivery))[0]!.next_at, kept!.blocked_until)

    await scene.store.release(scene.session, [lane])
    await scene.advance(50_000)
    expect(await scene.due()).toEqual([])
    await scene.advance(11_000)
    expect(deliveriesOf(await scene.due())).toEqual(deliveries)
  })

  it('the same while nobody owns it', async () => {
    const { scene, lane, deliveries, refill } = await ordered(2)
    const [head] = await refill()
    await scene.store.release(scene.session, [lane])
    await scene.settle(retry(head!, scene.attempt(head!), 60_000))
    expect(await scene.due()).toEqual([])
    await scene.advance(61_000)
    expect(deliveriesOf(await scene.due())).toEqual(deliveries)
  })

  it('what only has to wait keeps its place too', async () => {
    const { scene, refill } = await ordered(2)
    const [head] = await refill()
    const next = { kind: 'wait', waitMs: 60_000, status: 'held' } as const
    expect(await scene.settle({ task: head!, attempt: null, next, wake: null })).toMatchObject({ keptPlace: true })
    expect((await refill())[0]).toEqual(head)
    expect(await scene.world.delivery(head!.delivery)).toMatchObject({ status: 'held', attempts: 0, retries: 0 })
  })

  it('when its first delivery has ended, the next one is due', async () => {
    const { scene, deliveries, refill } = await ordered(3)
    const [head] = await refill()
    expect(await scene.settle(failed(head!, scene.attempt(head!)))).toEqual({ settled: true, woken: null })
    expect(deliveriesOf(await refill())).toEqual(deliveries.slice(1))
  })

  it('goes on at once when the delivery that it waits for is cancelled', async () => {
    const { scene, lane, deliveries, refill } = await ordered(3)
    const [head] = await refill()
    await scene.settle(retry(head!, scene.attempt(head!), 3_600_000))
    await scene.store.release(scene.session, [lane])
    expect(await scene.store.cancelDeliveries([head!.delivery])).toEqual([head!.delivery])
    expect(await scene.world.lane(lane)).toMatchObject({ blocked_until: 0, blocked_for: null })
    expect(deliveriesOf(await scene.due())).toEqual(deliveries.slice(1))
  })

  it('a wait that the receiver asked for outlives a cancelled delivery', async () => {
    const { scene, lane, deliveries, refill } = await ordered(2)
    const [head] = await refill()
    await scene.settle(delivered(head!, scene.attempt(head!)), laneUpdate(lane, { blockedInMs: 60_000 }))
    await scene.store.release(scene.session, [lane])
    await scene.store.cancelDeliveries([deliveries[1]!])
    expect((await scene.world.lane(lane))!.blocked_until).toBeGreaterThan(await scene.now())
  })

  it('what else is learnt of the lane does not shorten its wait', async () => {
    const { scene, lane, refill } = await ordered(2)
    const [head, second] = await refill()
    await scene.settle(retry(head!, scene.attempt(head!), 60_000), laneUpdate(lane, { failures: 1 }))
    await scene.settle(delivered(second!, scene.attempt(second!)), laneUpdate(lane))
    const kept = await scene.world.lane(lane)
    expect(kept).toMatchObject({ failures: 0, blocked_for: head!.delivery })
    expectNear(kept!.blocked_until, (await scene.now()) + 60_000)
  })

  it('a resend joins the tail', async () => {
    const { scene, deliveries, refill } = await ordered(2)
    const [head] = await refill()
    await scene.settle(delivered(head!, scene.attempt(head!)))
    await scene.store.resend([head!.delivery])
    expect((await refill()).map((task) => [task.delivery, task.manual])).toEqual([
      [deliveries[1], false],
      [deliveries[0], true],
    ])
  })

  it('turned on, what waits for another try goes back to where it was accepted', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const deliveries = []
    for (let i = 0; i < 3; i++) {
      const { tasks } = await scene.send([lane])
      deliveries.push(tasks[0]!.delivery)
      if (i < 2) await scene.settle(retry(tasks[0]!, scene.attempt(tasks[0]!), 600_000))
      await scene.advance(1000)
    }
    await scene.world.setOrder(lane, scene.app, true)
    const tasks = await scene.store.refill(scene.session, [{ lane, tasksMax: 10 }])
    expect(deliveriesOf(tasks)).toEqual(deliveries)
    expect(await scene.world.delivery(deliveries[0]!)).toMatchObject({ next_at: tasks[0]!.due })
    expect(await scene.settle(delivered(tasks[0]!, scene.attempt(tasks[0]!, { n: 2 })))).toMatchObject({ settled: true })
  })

  it('turned on while nobody owns the lane, it is found at once', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const { tasks } = await scene.send([lane])
    await scene.settle(retry(tasks[0]!, scene.attempt(tasks[0]!), 600_000))
    await scene.store.release(scene.session, [lane])
    await scene.world.setOrder(lane, scene.app, true)
    expect(deliveriesOf(await scene.due())).toEqual([tasks[0]!.delivery])
  })

  it('turned on, what is due in an owned lane stands where it is: it may be under way', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const { tasks } = await scene.send([lane])
    await scene.settle(retry(tasks[0]!, scene.attempt(tasks[0]!), 5000))
    await scene.advance(6000)
    const [again] = await scene.store.refill(scene.session, [{ lane, tasksMax: 10 }])
    await scene.world.setOrder(lane, scene.app, true)
    expect(await scene.settle(delivered(again!, scene.attempt(again!, { n: 2 })))).toMatchObject({ settled: true })
  })

  it('turned off, the delivery that the lane waited for waits alone, and the others flow', async () => {
    const { scene, lane, deliveries, refill } = await ordered(3)
    const [head] = await refill()
    await scene.settle(retry(head!, scene.attempt(head!), 60_000))
    const { blocked_until: until } = (await scene.world.lane(lane))!
    await scene.store.release(scene.session, [lane])
    await scene.world.setOrder(lane, scene.app, false)
    expect(await scene.world.lane(lane)).toMatchObject({ ordered: 0, blocked_until: 0, blocked_for: null })
    expect(await scene.world.delivery(head!.delivery)).toMatchObject({ next_at: until })
    expect(deliveriesOf(await scene.due())).toEqual(deliveries.slice(1))
    await scene.advance(61_000)
    expect(deliveriesOf(await scene.due())).toEqual([...deliveries.slice(1), deliveries[0]])
  })

  it('pauses the endpoint with the attempt that failed for good, once, and leaves a disabled one alone', async () => {
    const { scene, lane, refill } = await ordered(3)
    const [head, second] = await refill()
    const stop = { state: 'paused' as const, reason: 'delivery_failed', audit: auditEntry(scene, 'endpoint.paused') }
    const { version } = await scene.application()
    await scene.settle(failed(head!, scene.attempt(head!)), laneUpdate(lane, { failures: 1, stop }))
    expect(await scene.world.endpoint(lane)).toMatchObject({ state: 'paused' })
    expect(await scene.world.lane(lane)).toMatchObject({ state: laneStates.paused })
    expect(await scene.application()).toMatchObject({ version: version + 1 })
    expect((await scene.world.audit()).at(-1)).toMatchObject({ id: stop.audit.id, action: 'endpoint.paused' })
    await scene.settle(failed(second!, null), laneUpdate(lane, { stop: { ...stop, audit: auditEntry(scene, 'endpoint.paused') } }))
    expect(await scene.application()).toMatchObject({ version: version + 1 })
    const gone = { state: 'disabled' as const, reason: 'gone', audit: auditEntry(scene, 'endpoint.disabled') }
    await scene.settle(delivered(second!, null), laneUpdate(lane, { stop: gone }))
    expect(await scene.world.endpoint(lane)).toMatchObject({ state: 'disabled' })
    await scene.settle(delivered(second!, null), laneUpdate(lane, { stop: { ...stop, audit: auditEntry(scene, 'endpoint.paused') } }))
    expect(await scene.world.endpoint(lane)).toMatchObject({ state: 'disabled' })
    expect(await scene.world.lane(lane)).toMatchObject({ state: laneStates.disabled })
  })

  it('a beat says which of the others send', async () => {
    const scene = await open()
    const silent = await scene.openSession({ lanes: false, runs: true })
    const sending = await scene.openSession()
    const { peers } = await scene.store.beat(scene.session)
    expect(peers.toSorted((a, b) => Number(a.sends) - Number(b.sends)).map(({ id, sends }) => ({ id, sends }))).toEqual([
      { id: silent, sends: false },
      { id: sending, sends: true },
    ])
  })
}
