import type { DeliveryId } from '#domain'
import { createFakeClock } from '#platform'
import { laneStates } from '#store'
import { tablesOf } from '#store/testing'
import { expect, it } from 'vitest'
import { openHouse, silence, startReceiver, status, type Got, type House } from '../../../../test/support/delivery-house.ts'

const names = (got: readonly Got[]): string[] => got.map(({ body }) => (JSON.parse(body.toString()) as { n: string }).n)

/** Messages `1` to `count`, one after the other. */
async function send(house: House, endpoint: `ep_${string}`, numbers: readonly number[]) {
  const sent: DeliveryId[] = []
  for (const n of numbers) sent.push((await house.accept([endpoint], { payload: JSON.stringify({ n: String(n) }) })).delivery)
  return sent
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

it('never more than its concurrency under way, through a backlog, and a change holds at once', async () => {
  await using receiver = await startReceiver(silence)
  const held: (() => void)[] = []
  receiver.answer((_, response) => void held.push(() => response.end()))
  await using house = await openHouse({ clock: createFakeClock() })
  const endpoint = await house.endpoint({ url: receiver.url, concurrency: 3 })
  await send(house, endpoint, range(1, 40))
  await receiver.arrived(3)
  await house.pass(1000)
  expect(receiver.openMost).toBe(3)
  await house.change(endpoint, { concurrency: 5 })
  await house.pass(300)
  await receiver.arrived(5)
  await house.pass(500)
  expect(receiver.open).toBe(5)
  await house.change(endpoint, { concurrency: 1 })
  await house.pass(300)
  for (let settled = 5; settled <= 40; settled++) {
    while (receiver.open > 1) {
      held.shift()!()
      await house.pass(20)
    }
    expect(receiver.open).toBeLessThanOrEqual(1)
    if (receiver.got.length === 40) break
    const before = receiver.got.length
    held.shift()!()
    await house.pass(20)
    await receiver.arrived(before + 1)
  }
  for (const end of held.splice(0)) end()
  await house.settles(40)
  expect(receiver.openMost).toBe(5)
})

it('a receiver that allows more than the default gets more', async () => {
  await using receiver = await startReceiver(status(200))
  await using house = await openHouse()
  const endpoint = await house.endpoint({ url: receiver.url, concurrency: 100 })
  await send(house, endpoint, range(1, 200))
  await house.settles(200)
  receiver.answer(silence)
  await send(house, endpoint, range(201, 330))
  await receiver.arrived(290)
  expect(receiver.openMost).toBeGreaterThan(64)
  expect(receiver.openMost).toBeLessThanOrEqual(100)
})

it('after its owner died a limited lane waits as long as a request may take, and others go on at once', async () => {
  await using receiver = await startReceiver(silence)
  await using house = await openHouse({ clock: createFakeClock() })
  const limited = await house.endpoint({ url: `${receiver.url}limited`, concurrency: 2, timeout_ms: 5000 })
  const free = await house.endpoint({ url: `${receiver.url}free` })
  await send(house, limited, [1, 2, 3])
  await send(house, free, [1])
  await receiver.arrived(3)
  await house.crash()
  receiver.answer(status(200))
  await house.pass(500)
  await receiver.arrived(4)
  await house.pass(4000)
  expect(receiver.got.slice(3).map(({ path }) => path)).toEqual(['/free'])
  await house.pass(1000)
  await house.settles(4)
  expect(receiver.got.slice(4).map(({ path }) => path)).toEqual(['/limited', '/limited', '/limited'])
})

it('the same after its own life was lost; not after it stopped in order', async () => {
  await using receiver = await startReceiver(silence)
  await using house = await openHouse({ clock: createFakeClock() })
  const endpoint = await house.endpoint({ url: receiver.url, concurrency: 1, timeout_ms: 5000 })
  await send(house, endpoint, [1, 2])
  await receiver.arrived(1)
  await house.loseLife()
  receiver.answer(status(200))
  await house.pass(1000)
  await house.pass(3500)
  expect(receiver.got).toHaveLength(1)
  await house.pass(1000)
  await house.settles(2)
  await house.restart()
  await send(house, endpoint, [3])
  await house.settles(3)
  expect(names(receiver.got)).toEqual(['1', '1', '2', '3'])
})

it('deliveries of an ordered endpoint come one after the other, each when the one before it is settled', async () => {
  await using receiver = await startReceiver()
  await using house = await openHouse()
  const endpoint = await house.endpoint({ url: receiver.url, ordered: 1 })
  await Promise.all(range(1, 50).map((n) => house.accept([endpoint], { payload: JSON.stringify({ n: String(n) }) })))
  await house.settles(50)
  expect(receiver.openMost).toBe(1)
  const rows = await tablesOf(house.store).selectFrom('delivery').select(['message_id']).orderBy('next_at').orderBy('id').execute()
  expect(rows).toHaveLength(50)
  expect(names(receiver.got)).toEqual(range(1, 50).map(String))
})

it('a failing head keeps its place: no successor overtakes it, however long it waits, through restarts and crashes', async () => {
  await using receiver = await startReceiver(status(500))
  const clock = createFakeClock()
  await using house = await openHouse({ clock })
  const endpoint = await house.endpoint({ url: receiver.url, ordered: 1, retry_policy: '"invoice"', timeout_ms: 1000 })
  const [head] = await send(house, endpoint, [1, 2, 3])
  await house.settles(1)
  expect(await house.read(head!)).toMatchObject({ status: 'waiting', attempts: 1 })
  await house.pass(1000)
  expect(house.delivery.counts).toMatchObject({ lanes: 0, tasksInHand: 0 })
  await house.restart()
  await send(house, endpoint, [4])
  await house.pass(50_000)
  expect(names(receiver.got)).toEqual(['1'])
  await house.crash()
  await house.pass(7000)
  await house.pass(3000)
  await house.settles(2)
  expect(names(receiver.got)).toEqual(['1', '1'])
  receiver.answer(status(200))
  await house.pass(301_000)
  await house.settles(6)
  expect(names(receiver.got)).toEqual(['1', '1', '1', '2', '3', '4'])
})

it('goes on when the head has failed for good, or was cancelled', async () => {
  await using receiver = await startReceiver(status(500))
  await using house = await openHouse({ clock: createFakeClock() })
  const endpoint = await house.endpoint({ url: receiver.url, ordered: 1, retry_policy: '{"waitsSeconds":[60]}' })
  const [first, second, third] = await send(house, endpoint, [1, 2, 3])
  await house.settles(1)
  await house.pass(61_000)
  await house.settles(2)
  expect(await house.read(first!)).toMatchObject({ status: 'failed', attempts: 2 })
  await house.settles(3)
  await house.pass(500)
  expect(await house.store.cancelDeliveries([second!])).toEqual([second])
  receiver.answer(status(200))
  await house.pass(500)
  await house.settles(4)
  expect(await house.read(third!)).toMatchObject({ status: 'delivered' })
  expect(names(receiver.got)).toEqual(['1', '1', '2', '3'])
})

it('onExhausted pause: the endpoint is paused with the delivery that failed, and goes on behind it when it is active again', async () => {
  await using receiver = await startReceiver(status(500))
  await using house = await openHouse({ clock: createFakeClock() })
  const endpoint = await house.endpoint({
    ...{ url: receiver.url, ordered: 1, on_exhausted: 'pause', retry_policy: '{"waitsSeconds":[]}' },
  })
  const [first, second] = await send(house, endpoint, [1, 2])
  await house.settles(1)
  await house.pass(5000)
  expect(await house.read(first!)).toMatchObject({ status: 'failed' })
  expect(await house.read(second!)).toMatchObject({ status: 'waiting', attempts: 0 })
  expect(await house.lane(endpoint)).toMatchObject({ state: laneStates.paused })
  expect((await house.snapshot()).endpoints[0]).toMatchObject({ state: 'paused' })
  const [audit] = await tablesOf(house.store).selectFrom('audit').selectAll().where('action', '=', 'endpoint.paused').execute()
  expect(audit).toMatchObject({ actor: 'system', target: endpoint })
  expect(JSON.parse(audit!.after!)).toEqual({ state: 'paused', reason: 'delivery_failed', delivery: first })

  // A resend that fails says nothing new, and joins the tail.
  await house.store.resend([first!])
  receiver.answer((got, response) => void response.writeHead(names([got])[0] === '1' ? 500 : 200).end())
  await house.change(endpoint, { state: 'active' }, laneStates.ready)
  await house.pass(1000)
  await house.settles(3)
  expect(names(receiver.got)).toEqual(['1', '2', '1'])
  expect(await house.lane(endpoint)).toMatchObject({ state: laneStates.ready })
})

it('Retry-After and the circuit hold an ordered lane too', async () => {
  await using receiver = await startReceiver(status(503, { 'retry-after': '120' }))
  await using house = await openHouse({ clock: createFakeClock() })
  const endpoint = await house.endpoint({ url: receiver.url, ordered: 1, retry_policy: JSON.stringify({ waitsSeconds: Array(9).fill(1) }) })
  await send(house, endpoint, [1, 2])
  await house.settles(1)
  await house.pass(110_000)
  expect(receiver.got).toHaveLength(1)
  receiver.answer(status(500))
  await house.pass(11_000)
  await house.settles(2)
  for (let i = 3; i <= 5; i++) {
    await house.pass(1500)
    await house.settles(i)
  }
  await house.pass(25_000)
  expect(receiver.got).toHaveLength(5)
  receiver.answer(status(200))
  await house.pass(6000)
  await house.settles(7)
  expect(names(receiver.got)).toEqual(['1', '1', '1', '1', '1', '1', '2'])
})

it('turned on while a backlog waits, what comes from then on is in order, also what waited for a retry', async () => {
  await using receiver = await startReceiver(status(500))
  await using house = await openHouse({ clock: createFakeClock() })
  const endpoint = await house.endpoint({ url: receiver.url, retry_policy: '"invoice"' })
  await send(house, endpoint, range(1, 3))
  await house.settles(3)
  receiver.answer(status(200))
  await house.change(endpoint, { state: 'paused' }, laneStates.paused)
  await send(house, endpoint, range(4, 30))
  await house.change(endpoint, { state: 'active', ordered: 1 }, laneStates.ready)
  await house.pass(1000)
  await house.settles(33)
  expect(names(receiver.got.slice(3))).toEqual(range(1, 30).map(String))
})

it('turned off while its head waits, the others flow, and the head comes when its wait is over', async () => {
  await using receiver = await startReceiver((got, response) => void response.writeHead(names([got])[0] === '1' ? 500 : 200).end())
  await using house = await openHouse({ clock: createFakeClock() })
  const endpoint = await house.endpoint({ url: receiver.url, ordered: 1, retry_policy: '"invoice"' })
  await send(house, endpoint, range(1, 10))
  await house.settles(1)
  await house.pass(500)
  await house.change(endpoint, { ordered: 0 })
  await house.pass(500)
  await house.settles(10)
  expect(
    names(receiver.got)
      .slice(1)
      .toSorted((a, b) => Number(a) - Number(b)),
  ).toEqual(range(2, 10).map(String))
  receiver.answer(status(200))
  await house.pass(60_000)
  await house.settles(11)
  expect(names(receiver.got).at(-1)).toBe('1')
})

/** The most that came within any second, its end not counted. */
function mostInASecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length))
}

/** When each request left, by the clock of the house. */
async function timedHouse() {
  const times: number[] = []
  const clock = createFakeClock()
  const house = await openHouse({
    clock,
    change: (options) => ({
      ...options,
      egress: {
        send: (request) => {
          const onSent = () => {
            times.push(clock.monotonic())
            request.onSent?.()
          }
          return options.egress.send({ ...request, onSent })
        },
      },
    }),
  })
  return { times, clock, house }
}

it('a rate counts retries, probes and what is sent after a release, a restart, a crash and a lost life', async () => {
  await using receiver = await startReceiver((_, response) => void response.writeHead(receiver.got.length % 7 === 0 ? 500 : 200).end())
  const { times, house } = await timedHouse()
  await using _house = house
  const endpoint = await house.endpoint({
    url: receiver.url,
    throttle_rate: 5,
    retry_policy: JSON.stringify({ waitsSeconds: Array(20).fill(1) }),
  })
  await send(house, endpoint, range(1, 12))
  await house.pass(1000)
  await house.restart()
  await house.pass(1000)
  await send(house, endpoint, range(13, 20))
  await house.crash()
  await house.pass(1000)
  await house.loseLife()
  for (let i = 0; i < 20; i++) {
    await house.pass(1000)
    if (i < 5) await send(house, endpoint, [100 + i])
  }
  expect(mostInASecond(times)).toBeLessThanOrEqual(5)
  expect(await house.tasks()).toEqual([])
  expect(times.length).toBeGreaterThanOrEqual(25)
})

it('the rate of an application holds for all of its endpoints together, and they take turns', async () => {
  await using receiver = await startReceiver()
  const { times, house } = await timedHouse()
  await using _house = house
  const endpoints = [await house.endpoint({ url: `${receiver.url}a` }), await house.endpoint({ url: `${receiver.url}b`, throttle_rate: 2 })]
  await house.changeApplication({ throttle_rate: 10 })
  for (let i = 0; i < 20; i++) await house.accept(endpoints)
  for (let i = 0; i < 3; i++) await house.pass(1000)
  expect(mostInASecond(times)).toBeLessThanOrEqual(10)
  const paths = receiver.got.map(({ path }) => path)
  expect(paths.filter((path) => path === '/a').length).toBeGreaterThanOrEqual(15)
  expect(paths.filter((path) => path === '/b').length).toBeGreaterThanOrEqual(3)
  expect(paths.filter((path) => path === '/b').length).toBeLessThanOrEqual(6)
  await house.changeApplication({ throttle_rate: null })
  await house.change(endpoints[1]!, { throttle_rate: null })
  await house.pass(500)
  await house.settles(40)
})
