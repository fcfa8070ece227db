import { createFakeClock } from '#platform/testing'
import { CommitUnknownError } from '#store'
import { expect, it } from 'vitest'
import { openHarness, silence, startReceiver, status, turns } from '../../../../test/support/delivery-harness.ts'
import type { DeliveryOptions } from './index.ts'

type Settle = DeliveryOptions['committer']['settle']

/** A committer whose settle is another one. */
const settling = (make: (settle: Settle) => Settle) => (options: DeliveryOptions) => ({
  ...options,
  committer: { ...options.committer, settle: make(options.committer.settle) },
})

it.each([1, 2, 3, 5, 8])('F4: a store that fails the first %i times it is offered one never loses an outcome', async (times) => {
  await using receiver = await startReceiver()
  let calls = 0
  const offered = Promise.withResolvers<void>()
  const flaky = settling((settle) => async (settlement, lane) => {
    offered.resolve()
    if (++calls <= times) throw new Error('the disk is full')
    return settle(settlement, lane)
  })
  await using harness = await openHarness({ clock: createFakeClock(), change: flaky })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await offered.promise
  for (let i = 0; i < times; i++) await harness.pass(5000)
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered', attempts: 1 })
  expect(receiver.got).toHaveLength(1)
  // One line for the beginning and one for the end, however many settlements wait.
  const said = harness.log.entries.filter((entry) => entry.event.startsWith('delivery.settle.')).map((entry) => entry.event)
  expect(said).toEqual(['delivery.settle.failed', 'delivery.settle.resumed'])
})

it('F8: a settlement whose commit is unknown is offered again, and kept once', async () => {
  await using receiver = await startReceiver(status(500))
  let unknown = true
  const lost = settling((settle) => async (settlement, lane) => {
    const result = await settle(settlement, lane)
    if (!unknown) return result
    unknown = false
    throw new CommitUnknownError(new Error('the connection broke'))
  })
  await using harness = await openHarness({ clock: createFakeClock(), change: lost })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await harness.settles(1)
  await harness.pass(500)
  await harness.settles(2)
  expect(harness.settled.map(({ result }) => result.settled)).toEqual([true, false])
  receiver.answer(status(200))
  await harness.pass(10_000)
  await harness.settles(3)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered', attempts: 2 })
})

it('a later word on the lane is not overwritten by an earlier one that has to be offered again', async () => {
  await using receiver = await startReceiver(status(500))
  let calls = 0
  const first = settling((settle) => async (settlement, lane) => {
    if (++calls === 1) throw new Error('busy')
    return settle(settlement, lane)
  })
  await using harness = await openHarness({ clock: createFakeClock(), change: first })
  const endpoint = await harness.endpoint({ url: receiver.url })
  await harness.accept([endpoint])
  await receiver.arrived(1)
  await turns()
  await harness.accept([endpoint])
  await harness.settles(1)
  await harness.pass(1000)
  await harness.settles(2)
  expect(await harness.lane(endpoint)).toMatchObject({ failures: 2 })
})

it('a settlement that the store refuses is kept without what the receiver said, and not sent again', async () => {
  await using receiver = await startReceiver(status(200, {}, 'poison'))
  const picky = settling(
    (settle) => async (settlement, lane) =>
      settlement.attempt?.response_body ? { settled: false, woken: null, refused: 'invalid byte sequence' } : settle(settlement, lane),
  )
  await using harness = await openHarness({ clock: createFakeClock(), change: picky })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await harness.settles(1)
  await harness.pass(5000)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered', attempts: 1 })
  expect(await harness.attempts(delivery)).toMatchObject([{ status: 200, response_body: null }])
  expect(receiver.got).toHaveLength(1)
})

it('F2: killed between the receiver’s answer and the settlement, it sends again under the same id, and no number is skipped', async () => {
  await using receiver = await startReceiver(status(500))
  const never = settling(() => () => new Promise(() => {}))
  await using harness = await openHarness({ clock: createFakeClock(), change: never })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await receiver.arrived(1)
  await turns()
  receiver.answer(status(200))
  await harness.crash({ change: (options) => options })
  await harness.pass(500)
  await harness.settles(1)
  expect(receiver.got.map((got) => got.headers['webhook-id'])).toEqual([
    receiver.got[0]!.headers['webhook-id'],
    receiver.got[0]!.headers['webhook-id'],
  ])
  expect((await harness.attempts(delivery)).map(({ n, ok }) => [n, ok])).toEqual([[1, 1]])
})

it('F27: a lost life aborts what is under way, settles nothing more, and the next one sends it again', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url })
  const { delivery } = await harness.accept([endpoint])
  await receiver.arrived(1)
  const losing = harness.loseLife()
  expect(harness.delivery.counts).toMatchObject({ lanes: 0, tasksInHand: 0, contentBytes: 0 })
  await losing
  receiver.answer(status(200))
  await harness.pass(1000)
  await harness.settles(1)
  await turns()
  expect(harness.settled).toHaveLength(1)
  expect(harness.delivery.counts).toMatchObject({ underWay: 0, unsettled: 0 })
  expect((await harness.attempts(delivery)).map(({ n, ok }) => [n, ok])).toEqual([[1, 1]])
})

it('sends nothing while it may not act, and goes on when it may again', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url })
  harness.life.session.alive = false
  await harness.accept([endpoint])
  await harness.pass(3000)
  expect(receiver.got).toHaveLength(0)
  harness.life.session.alive = true
  await harness.pass(500)
  await harness.settles(1)
})

it('F29: stopping waits for what is under way, starts nothing more, and gives every lane back', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock(), inFlightMax: 1 })
  const held: (() => void)[] = []
  receiver.answer((_, response) => void held.push(() => response.end()))
  const endpoint = await harness.endpoint({ url: receiver.url })
  const first = await harness.accept([endpoint])
  await receiver.arrived(1)
  const second = await harness.accept([endpoint])
  const stopped = harness.delivery.stop(new AbortController().signal)
  await turns()
  held[0]!()
  await stopped
  expect(await harness.read(first.delivery)).toMatchObject({ status: 'delivered' })
  expect(await harness.read(second.delivery)).toMatchObject({ status: 'waiting', attempts: 0 })
  expect(harness.delivery.counts).toEqual({ lanes: 0, tasksInHand: 0, contentBytes: 0, underWay: 0, unsettled: 0 })
  const claimed = await harness.store.claim(harness.life.session.id, 10, 10)
  expect(claimed.lanes.map((lane) => lane.lane)).toEqual([endpoint])
})

it('stopping aborts what is still under way when time is up, and leaves it for the next start', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock() })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await receiver.arrived(1)
  const timeUp = new AbortController()
  const stopped = harness.delivery.stop(timeUp.signal)
  timeUp.abort()
  await stopped
  expect(harness.settled).toHaveLength(0)
  receiver.answer(status(200))
  await harness.restart()
  await harness.pass(500)
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered', attempts: 1 })
})

it('a delivery that cannot be read for a moment is tried again', async () => {
  await using receiver = await startReceiver()
  let calls = 0
  const change = (options: DeliveryOptions) => ({
    ...options,
    // Without the wake-up the content has to be read.
    wakeUps: { listen: () => () => {} },
    store: {
      ...options.store,
      loadDeliveries: async (ids: readonly `dlv_${string}`[]) => {
        if (++calls === 1) throw new Error('the connection broke')
        return options.store.loadDeliveries(ids)
      },
    },
  })
  await using harness = await openHarness({ clock: createFakeClock(), change })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await harness.store.release(harness.life.session.id, [(await harness.read(delivery)).lane])
  await harness.pass(3000)
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered', attempts: 1 })
})

it('a task whose delivery is gone goes too', async () => {
  await using receiver = await startReceiver()
  const change = (options: DeliveryOptions) => ({
    ...options,
    wakeUps: { listen: () => () => {} },
    store: { ...options.store, loadDeliveries: async () => [] },
  })
  await using harness = await openHarness({ clock: createFakeClock(), change })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await harness.store.release(harness.life.session.id, [(await harness.read(delivery)).lane])
  await harness.pass(500)
  await harness.settles(1)
  expect(await harness.tasks()).toEqual([])
})

it('a look that is answered after the settlement does not send again what it found before', async () => {
  await using receiver = await startReceiver()
  const late = Promise.withResolvers<void>()
  let looks = 0
  const change = (options: DeliveryOptions) => ({
    ...options,
    store: {
      ...options.store,
      refill: async (...asked: Parameters<typeof options.store.refill>) => {
        const tasks = await options.store.refill(...asked)
        looks++
        await late.promise
        return tasks
      },
    },
  })
  await using harness = await openHarness({ clock: createFakeClock(), change })
  const endpoint = await harness.endpoint({ url: receiver.url })
  const held: (() => void)[] = []
  receiver.answer((_, response) => void held.push(() => response.end()))
  await harness.accept([endpoint])
  await receiver.arrived(1)
  await harness.pass(1500) // held for a second, so it is looked into
  expect(looks).toBe(1)
  held[0]!()
  await harness.settles(1)
  await turns()
  late.resolve()
  await harness.pass(1000)
  expect(receiver.got).toHaveLength(1)
})

it('a defect in sending ends the delivery with a word about it, instead of sending it once a second', async () => {
  await using receiver = await startReceiver()
  const change = (options: DeliveryOptions) => ({
    ...options,
    egress: {
      async send(request: Parameters<DeliveryOptions['egress']['send']>[0]) {
        await options.egress.send(request)
        throw new Error('a defect')
      },
    },
  })
  await using harness = await openHarness({ clock: createFakeClock(), change })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await harness.settles(1)
  await harness.pass(5000)
  expect(receiver.got).toHaveLength(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'failed', last_failure: 'internal' })
  expect(harness.log.entries).toContainEqual(expect.objectContaining({ level: 'error', event: 'delivery.attempt.broke' }))
})
