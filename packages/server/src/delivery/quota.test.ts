import type { DeliveryId } from '#domain'
import { createFakeClock } from '#platform/testing'
import { tablesOf } from '#store/testing'
import { expect, it } from 'vitest'
import { openHarness, startReceiver, status } from '../../../../test/support/delivery-harness.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** An application that may send so much an hour, with an endpoint whose receiver takes everything. */
async function limited(deliveriesPerHour: number) {
  const receiver = await startReceiver(status(200))
  const clock = createFakeClock()
  const harness = await openHarness({ clock })
  await harness.allow(deliveriesPerHour)
  const endpoint = await harness.endpoint({ url: receiver.url })
  const burst = async (count: number) => {
    const sent: DeliveryId[] = []
    for (let i = 0; i < count; i++) sent.push((await harness.accept([endpoint])).delivery)
    return sent
  }
  return { receiver, clock, harness, endpoint, burst }
}

it('R85: over the hour deliveries wait in the store, nothing is tried and nothing lost, and they go on by themselves', async () => {
  const { receiver, harness, clock, endpoint, burst } = await limited(10)
  await using _receiver = receiver
  await using _house = harness
  const sent = await burst(25)
  await harness.settles(10)
  await harness.pass(1000)
  expect(receiver.got).toHaveLength(10)
  // Its lane is in the store, and takes no memory here.
  expect(harness.delivery.counts).toMatchObject({ lanes: 0, tasksInHand: 0, contentBytes: 0 })
  expect(await harness.read(sent[24]!)).toMatchObject({ status: 'waiting', attempts: 0, first_attempt_at: null })
  const untilMs = (await harness.lane(endpoint)).throttled_until - clock.now()
  expect(untilMs).toBeGreaterThan(HOUR_MS - 2000)
  expect(untilMs).toBeLessThanOrEqual(HOUR_MS + MINUTE_MS + 5000)
  await harness.pass(untilMs - 2000)
  expect(receiver.got).toHaveLength(10)
  await harness.pass(4000)
  await harness.settles(20)
  await harness.pass(1000)
  expect(receiver.got).toHaveLength(20)
  await harness.pass(HOUR_MS + 2 * MINUTE_MS)
  await harness.settles(25)
  expect((await harness.read(sent[24]!)).status).toBe('delivered')
})

it('R85: the log says once, in plain words, why an endpoint waits', async () => {
  const { receiver, harness, burst } = await limited(3)
  await using _receiver = receiver
  await using _house = harness
  await burst(20)
  await harness.settles(3)
  await harness.pass(1000)
  const said = harness.log.entries.filter(({ event }) => event === 'delivery.endpoint.throttled')
  expect(said).toHaveLength(1)
  expect(said[0]!.fields).toMatchObject({ application: harness.application, why: expect.stringContaining('allows 3 deliveries an hour') })
})

it('R85: retries and resends do not count', async () => {
  const { receiver, harness, burst } = await limited(2)
  await using _receiver = receiver
  await using _house = harness
  receiver.answer(status(500))
  const [first] = await burst(1)
  await harness.settles(1)
  for (let retries = 1; retries <= 3; retries++) {
    await harness.pass((await harness.read(first!)).next_at! - harness.clock.now())
    await harness.settles(1 + retries)
  }
  receiver.answer(status(200))
  await harness.store.resend([first!])
  await harness.pass(2000)
  await harness.settles(5)
  expect(await harness.read(first!)).toMatchObject({ status: 'delivered', attempts: 5 })
  await burst(1)
  await harness.settles(6)
  expect((await tablesOf(harness.store).selectFrom('quota').select('n').execute()).reduce((sum, { n }) => sum + n, 0)).toBe(2)
})

it('R85: the steps of flows are neither counted nor held up', async () => {
  const { receiver, harness, burst } = await limited(1)
  await using _receiver = receiver
  await using _house = harness
  await burst(3)
  await harness.settles(1)
  for (let i = 0; i < 3; i++) await harness.park({ url: receiver.url })
  await harness.settles(4)
  expect(await tablesOf(harness.store).selectFrom('quota').select('n').execute()).toEqual([{ n: 1 }])
})

it('a plan that allows more wakes what waits at once', async () => {
  const { receiver, harness, burst } = await limited(5)
  await using _receiver = receiver
  await using _house = harness
  await burst(30)
  await harness.settles(5)
  await harness.pass(1000)
  expect(receiver.got).toHaveLength(5)
  await harness.allow(20)
  await harness.pass(1000)
  await harness.settles(20)
  await harness.allow(null)
  await harness.pass(1000)
  await harness.settles(30)
})

it('R85: a restart forgets neither what was counted nor what waits', async () => {
  const { receiver, harness, endpoint, burst } = await limited(10)
  await using _receiver = receiver
  await using _house = harness
  await burst(4)
  await harness.settles(4)
  await harness.restart()
  await burst(20)
  await harness.settles(10)
  await harness.pass(1000)
  await harness.restart()
  await harness.pass(5000)
  expect(receiver.got).toHaveLength(10)
  expect((await harness.lane(endpoint)).throttled_until).toBeGreaterThan(harness.clock.now())
  await harness.pass(HOUR_MS + 2 * MINUTE_MS)
  await harness.settles(20)
})

it('many deliveries of an application are counted together: a burst is not one transaction each', async () => {
  const receiver = await startReceiver(status(200))
  await using _receiver = receiver
  const asked: number[] = []
  await using harness = await openHarness({
    clock: createFakeClock(),
    change: (options) => ({
      ...options,
      store: {
        ...options.store,
        async reserve(session, wanted) {
          asked.push(wanted.length)
          return options.store.reserve(session, wanted)
        },
      },
    }),
  })
  await harness.allow(1000)
  const endpoints = await Promise.all(Array.from({ length: 4 }, () => harness.endpoint({ url: receiver.url })))
  await Promise.all(Array.from({ length: 40 }, () => harness.accept(endpoints)))
  await harness.settles(160)
  expect(asked.reduce((sum, n) => sum + n, 0)).toBe(160)
  expect(asked.length).toBeLessThan(80)
})

it('what was granted too late for its minute is not sent, and asks again', async () => {
  const receiver = await startReceiver(status(200))
  await using _receiver = receiver
  const clock = createFakeClock()
  let slow = true
  await using harness = await openHarness({
    clock,
    change: (options) => ({
      ...options,
      store: {
        ...options.store,
        async reserve(session, wanted) {
          const results = await options.store.reserve(session, wanted)
          if (slow) clock.advance(6000)
          slow = false
          return results
        },
      },
    }),
  })
  await harness.allow(2)
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await harness.pass(3000)
  await harness.settles(1)
  expect((await harness.read(delivery)).status).toBe('delivered')
  expect(receiver.got).toHaveLength(1)
  // Counted twice and sent once: towards fewer, never more.
  expect((await tablesOf(harness.store).selectFrom('quota').select('n').execute()).reduce((sum, { n }) => sum + n, 0)).toBe(2)
})

it('a store that cannot count sends nothing, and the delivery waits for it', async () => {
  const receiver = await startReceiver(status(200))
  await using _receiver = receiver
  let broken = true
  await using harness = await openHarness({
    clock: createFakeClock(),
    change: (options) => ({
      ...options,
      store: {
        ...options.store,
        reserve: async (session, wanted) => {
          if (broken) throw new Error('the store is away')
          return options.store.reserve(session, wanted)
        },
      },
    }),
  })
  await harness.allow(2)
  await harness.accept([await harness.endpoint({ url: receiver.url })])
  await harness.pass(3000)
  expect(receiver.got).toHaveLength(0)
  broken = false
  await harness.pass(3000)
  await harness.settles(1)
})

it('R85: while the hour is used up nobody asks in vain', async () => {
  const receiver = await startReceiver(status(200))
  await using _receiver = receiver
  const calls = { reserve: 0, refill: 0, claimed: 0 }
  await using harness = await openHarness({
    clock: createFakeClock(),
    change: ({ store, ...options }) => ({
      ...options,
      store: {
        ...store,
        async claim(...parameters) {
          const claim = await store.claim(...parameters)
          calls.claimed += claim.lanes.length
          return claim
        },
        async refill(...parameters) {
          calls.refill++
          return store.refill(...parameters)
        },
        async reserve(...parameters) {
          calls.reserve++
          return store.reserve(...parameters)
        },
      },
    }),
  })
  await harness.allow(5)
  const endpoints = await Promise.all([1, 2, 3].map(() => harness.endpoint({ url: receiver.url })))
  for (let i = 0; i < 20; i++) await harness.accept(endpoints)
  await harness.settles(5)
  await harness.pass(5000)
  const before = { ...calls }
  await harness.pass(10 * MINUTE_MS)
  for (let i = 0; i < 5; i++) await harness.accept(endpoints)
  await harness.pass(10 * MINUTE_MS)
  expect(calls).toEqual(before)
  expect(receiver.got).toHaveLength(5)
})

it('R85: an ordered endpoint keeps its order over the hours', async () => {
  const { receiver, harness } = await limited(5)
  await using _receiver = receiver
  await using _house = harness
  const endpoint = await harness.endpoint({ url: receiver.url, ordered: 1 })
  for (let i = 0; i < 12; i++) await harness.accept([endpoint], { payload: `{"i":${i}}` })
  for (const count of [5, 10, 12]) {
    await harness.pass(2000)
    await harness.settles(count)
    expect(receiver.got).toHaveLength(count)
    await harness.pass(HOUR_MS + 2 * MINUTE_MS)
  }
  expect(receiver.got.map(({ body }) => (JSON.parse(body.toString()) as { i: number }).i)).toEqual(Array.from({ length: 12 }, (_, i) => i))
})
