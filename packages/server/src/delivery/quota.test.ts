import type { DeliveryId } from '#domain'
import { createFakeClock } from '#platform'
import { tablesOf } from '#store/testing'
import { expect, it } from 'vitest'
import { openHouse, startReceiver, status } from '../../../../test/support/delivery-house.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** An application that may send so much an hour, with an endpoint whose receiver takes everything. */
async function limited(deliveriesPerHour: number) {
  const receiver = await startReceiver(status(200))
  const clock = createFakeClock()
  const house = await openHouse({ clock })
  await house.allow(deliveriesPerHour)
  const endpoint = await house.endpoint({ url: receiver.url })
  const burst = async (count: number) => {
    const sent: DeliveryId[] = []
    for (let i = 0; i < count; i++) sent.push((await house.accept([endpoint])).delivery)
    return sent
  }
  return { receiver, clock, house, endpoint, burst }
}

it('R85: over the hour deliveries wait in the store, nothing is tried and nothing lost, and they go on by themselves', async () => {
  const { receiver, house, clock, endpoint, burst } = await limited(10)
  await using _receiver = receiver
  await using _house = house
  const sent = await burst(25)
  await house.settles(10)
  await house.pass(1000)
  expect(receiver.got).toHaveLength(10)
  // Its lane is in the store, and takes no memory here.
  expect(house.delivery.counts).toMatchObject({ lanes: 0, tasksInHand: 0, contentBytes: 0 })
  expect(await house.read(sent[24]!)).toMatchObject({ status: 'waiting', attempts: 0, first_attempt_at: null })
  const untilMs = (await house.lane(endpoint)).throttled_until - clock.now()
  expect(untilMs).toBeGreaterThan(HOUR_MS - 2000)
  expect(untilMs).toBeLessThanOrEqual(HOUR_MS + MINUTE_MS + 5000)
  await house.pass(untilMs - 2000)
  expect(receiver.got).toHaveLength(10)
  await house.pass(4000)
  await house.settles(20)
  await house.pass(1000)
  expect(receiver.got).toHaveLength(20)
  await house.pass(HOUR_MS + 2 * MINUTE_MS)
  await house.settles(25)
  expect((await house.read(sent[24]!)).status).toBe('delivered')
})

it('R85: the log says once, in plain words, why an endpoint waits', async () => {
  const { receiver, house, burst } = await limited(3)
  await using _receiver = receiver
  await using _house = house
  await burst(20)
  await house.settles(3)
  await house.pass(1000)
  const told = house.log.entries.filter(({ event }) => event === 'delivery.endpoint.throttled')
  expect(told).toHaveLength(1)
  expect(told[0]!.fields).toMatchObject({ application: house.application, why: expect.stringContaining('allows 3 deliveries an hour') })
})

it('R85: retries and resends do not count', async () => {
  const { receiver, house, burst } = await limited(2)
  await using _receiver = receiver
  await using _house = house
  receiver.answer(status(500))
  const [first] = await burst(1)
  await house.settles(1)
  for (let retries = 1; retries <= 3; retries++) {
    await house.pass((await house.read(first!)).next_at! - house.clock.now())
    await house.settles(1 + retries)
  }
  receiver.answer(status(200))
  await house.store.resend([first!])
  await house.pass(2000)
  await house.settles(5)
  expect(await house.read(first!)).toMatchObject({ status: 'delivered', attempts: 5 })
  await burst(1)
  await house.settles(6)
  expect((await tablesOf(house.store).selectFrom('quota').select('n').execute()).reduce((sum, { n }) => sum + n, 0)).toBe(2)
})

it('R85: the steps of flows are neither counted nor held up', async () => {
  const { receiver, house, burst } = await limited(1)
  await using _receiver = receiver
  await using _house = house
  await burst(3)
  await house.settles(1)
  for (let i = 0; i < 3; i++) await house.park({ url: receiver.url })
  await house.settles(4)
  expect(await tablesOf(house.store).selectFrom('quota').select('n').execute()).toEqual([{ n: 1 }])
})

it('a plan that allows more wakes what waits at once', async () => {
  const { receiver, house, burst } = await limited(5)
  await using _receiver = receiver
  await using _house = house
  await burst(30)
  await house.settles(5)
  await house.pass(1000)
  expect(receiver.got).toHaveLength(5)
  await house.allow(20)
  await house.pass(1000)
  await house.settles(20)
  await house.allow(null)
  await house.pass(1000)
  await house.settles(30)
})

it('R85: a restart forgets neither what was counted nor what waits', async () => {
  const { receiver, house, endpoint, burst } = await limited(10)
  await using _receiver = receiver
  await using _house = house
  await burst(4)
  await house.settles(4)
  await house.restart()
  await burst(20)
  await house.settles(10)
  await house.pass(1000)
  await house.restart()
  await house.pass(5000)
  expect(receiver.got).toHaveLength(10)
  expect((await house.lane(endpoint)).throttled_until).toBeGreaterThan(house.clock.now())
  await house.pass(HOUR_MS + 2 * MINUTE_MS)
  await house.settles(20)
})

it('many deliveries of an application are counted together: a burst is not one transaction each', async () => {
  const receiver = await startReceiver(status(200))
  await using _receiver = receiver
  const asked: number[] = []
  await using house = await openHouse({
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
  await house.allow(1000)
  const endpoints = await Promise.all(Array.from({ length: 4 }, () => house.endpoint({ url: receiver.url })))
  await Promise.all(Array.from({ length: 40 }, () => house.accept(endpoints)))
  await house.settles(160)
  expect(asked.reduce((sum, n) => sum + n, 0)).toBe(160)
  expect(asked.length).toBeLessThan(80)
})

it('what was granted too late for its minute is not sent, and asks again', async () => {
  const receiver = await startReceiver(status(200))
  await using _receiver = receiver
  const clock = createFakeClock()
  let slow = true
  await using house = await openHouse({
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
  await house.allow(2)
  const { delivery } = await house.accept([await house.endpoint({ url: receiver.url })])
  await house.pass(3000)
  await house.settles(1)
  expect((await house.read(delivery)).status).toBe('delivered')
  expect(receiver.got).toHaveLength(1)
  // Counted twice and sent once: towards fewer, never more.
  expect((await tablesOf(house.store).selectFrom('quota').select('n').execute()).reduce((sum, { n }) => sum + n, 0)).toBe(2)
})

it('a store that cannot count sends nothing, and the delivery waits for it', async () => {
  const receiver = await startReceiver(status(200))
  await using _receiver = receiver
  let broken = true
  await using house = await openHouse({
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
  await house.allow(2)
  await house.accept([await house.endpoint({ url: receiver.url })])
  await house.pass(3000)
  expect(receiver.got).toHaveLength(0)
  broken = false
  await house.pass(3000)
  await house.settles(1)
})

it('R85: while the hour is used up nobody asks in vain', async () => {
  const receiver = await startReceiver(status(200))
  await using _receiver = receiver
  const calls = { reserve: 0, refill: 0, claimed: 0 }
  await using house = await openHouse({
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
  await house.allow(5)
  const endpoints = await Promise.all([1, 2, 3].map(() => house.endpoint({ url: receiver.url })))
  for (let i = 0; i < 20; i++) await house.accept(endpoints)
  await house.settles(5)
  await house.pass(5000)
  const before = { ...calls }
  await house.pass(10 * MINUTE_MS)
  for (let i = 0; i < 5; i++) await house.accept(endpoints)
  await house.pass(10 * MINUTE_MS)
  expect(calls).toEqual(before)
  expect(receiver.got).toHaveLength(5)
})

it('R85: an ordered endpoint keeps its order over the hours', async () => {
  const { receiver, house } = await limited(5)
  await using _receiver = receiver
  await using _house = house
  const endpoint = await house.endpoint({ url: receiver.url, ordered: 1 })
  for (let i = 0; i < 12; i++) await house.accept([endpoint], { payload: `{"i":${i}}` })
  for (const count of [5, 10, 12]) {
    await house.pass(2000)
    await house.settles(count)
    expect(receiver.got).toHaveLength(count)
    await house.pass(HOUR_MS + 2 * MINUTE_MS)
  }
  expect(receiver.got.map(({ body }) => (JSON.parse(body.toString()) as { i: number }).i)).toEqual(Array.from({ length: 12 }, (_, i) => i))
})
