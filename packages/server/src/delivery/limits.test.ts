import type { DeliveryId } from '#domain'
import { createFakeClock } from '#platform/testing'
import { laneStates } from '#store'
import { tablesOf } from '#store/testing'
import { expect, it } from 'vitest'
import { openHarness, silence, startReceiver, status, type Got, type Harness } from '../../../../test/support/delivery-harness.ts'

const names = (got: readonly Got[]): string[] => got.map(({ body }) => (JSON.parse(body.toString()) as { n: string }).n)

/** Messages `1` to `count`, one after the other. */
async function send(harness: Harness, endpoint: `ep_${string}`, numbers: readonly number[]) {
  const sent: DeliveryId[] = []
  for (const n of numbers) sent.push((await harness.accept([endpoint], { payload: JSON.stringify({ n: String(n) }) })).delivery)
  return sent
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

it('never more than its concurrency under way, through a backlog, and a change holds at once', async () => {
  await using receiver = await startReceiver(silence)
  const held: (() => void)[] = []
  receiver.answer((_, response) => void held.push(() => response.end()))
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, concurrency: 3 })
  await send(harness, endpoint, range(1, 40))
  await receiver.arrived(3)
  await harness.pass(1000)
  expect(receiver.openMost).toBe(3)
  await harness.change(endpoint, { concurrency: 5 })
  await harness.pass(300)
  await receiver.arrived(5)
  await harness.pass(500)
  expect(receiver.open).toBe(5)
  await harness.change(endpoint, { concurrency: 1 })
  await harness.pass(300)
  for (let settled = 5; settled <= 40; settled++) {
    while (receiver.open > 1) {
      held.shift()!()
      await harness.pass(20)
    }
    expect(receiver.open).toBeLessThanOrEqual(1)
    if (receiver.got.length === 40) break
    const before = receiver.got.length
    held.shift()!()
    await harness.pass(20)
    await receiver.arrived(before + 1)
  }
  for (const end of held.splice(0)) end()
  await harness.settles(40)
  expect(receiver.openMost).toBe(5)
})

it('a receiver that allows more than the default gets more', async () => {
  await using receiver = await startReceiver(status(200))
  await using harness = await openHarness()
  const endpoint = await harness.endpoint({ url: receiver.url, concurrency: 100 })
  await send(harness, endpoint, range(1, 200))
  await harness.settles(200)
  receiver.answer(silence)
  await send(harness, endpoint, range(201, 330))
  await receiver.arrived(290)
  expect(receiver.openMost).toBeGreaterThan(64)
  expect(receiver.openMost).toBeLessThanOrEqual(100)
})

it('after its owner died a limited lane waits as long as a request may take, and others go on at once', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock() })
  const limited = await harness.endpoint({ url: `${receiver.url}limited`, concurrency: 2, timeout_ms: 5000 })
  const free = await harness.endpoint({ url: `${receiver.url}free` })
  await send(harness, limited, [1, 2, 3])
  await send(harness, free, [1])
  await receiver.arrived(3)
  await harness.crash()
  receiver.answer(status(200))
  await harness.pass(500)
  await receiver.arrived(4)
  await harness.pass(4000)
  expect(receiver.got.slice(3).map(({ path }) => path)).toEqual(['/free'])
  await harness.pass(1000)
  await harness.settles(4)
  expect(receiver.got.slice(4).map(({ path }) => path)).toEqual(['/limited', '/limited', '/limited'])
})

it('the same after its own life was lost; not after it stopped in order', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, concurrency: 1, timeout_ms: 5000 })
  await send(harness, endpoint, [1, 2])
  await receiver.arrived(1)
  await harness.loseLife()
  receiver.answer(status(200))
  await harness.pass(1000)
  await harness.pass(3500)
  expect(receiver.got).toHaveLength(1)
  await harness.pass(1000)
  await harness.settles(2)
  await harness.restart()
  await send(harness, endpoint, [3])
  await harness.settles(3)
  expect(names(receiver.got)).toEqual(['1', '1', '2', '3'])
})

it('deliveries of an ordered endpoint come one after the other, each when the one before it is settled', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness()
  const endpoint = await harness.endpoint({ url: receiver.url, ordered: 1 })
  await Promise.all(range(1, 50).map((n) => harness.accept([endpoint], { payload: JSON.stringify({ n: String(n) }) })))
  await harness.settles(50)
  expect(receiver.openMost).toBe(1)
  const rows = await tablesOf(harness.store).selectFrom('delivery').select(['message_id']).orderBy('next_at').orderBy('id').execute()
  expect(rows).toHaveLength(50)
  expect(names(receiver.got)).toEqual(range(1, 50).map(String))
})

it('a failing head keeps its place: no successor overtakes it, however long it waits, through restarts and crashes', async () => {
  await using receiver = await startReceiver(status(500))
  const clock = createFakeClock()
  await using harness = await openHarness({ clock })
  const endpoint = await harness.endpoint({ url: receiver.url, ordered: 1, retry_policy: '"invoice"', timeout_ms: 1000 })
  const [head] = await send(harness, endpoint, [1, 2, 3])
  await harness.settles(1)
  expect(await harness.read(head!)).toMatchObject({ status: 'waiting', attempts: 1 })
  await harness.pass(1000)
  expect(harness.delivery.counts).toMatchObject({ lanes: 0, tasksInHand: 0 })
  await harness.restart()
  await send(harness, endpoint, [4])
  await harness.pass(50_000)
  expect(names(receiver.got)).toEqual(['1'])
  await harness.crash()
  await harness.pass(7000)
  await harness.pass(3000)
  await harness.settles(2)
  expect(names(receiver.got)).toEqual(['1', '1'])
  receiver.answer(status(200))
  await harness.pass(301_000)
  await harness.settles(6)
  expect(names(receiver.got)).toEqual(['1', '1', '1', '2', '3', '4'])
})

it('goes on when the head has failed for good, or was cancelled', async () => {
  await using receiver = await startReceiver(status(500))
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, ordered: 1, retry_policy: '{"waitsSeconds":[60]}' })
  const [first, second, third] = await send(harness, endpoint, [1, 2, 3])
  await harness.settles(1)
  await harness.pass(61_000)
  await harness.settles(2)
  expect(await harness.read(first!)).toMatchObject({ status: 'failed', attempts: 2 })
  await harness.settles(3)
  await harness.pass(500)
  expect(await harness.store.cancelDeliveries([second!])).toEqual([second])
  receiver.answer(status(200))
  await harness.pass(500)
  await harness.settles(4)
  expect(await harness.read(third!)).toMatchObject({ status: 'delivered' })
  expect(names(receiver.got)).toEqual(['1', '1', '2', '3'])
})

it('onExhausted pause: the endpoint is paused with the delivery that failed, and goes on behind it when it is active again', async () => {
  await using receiver = await startReceiver(status(500))
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({
    ...{ url: receiver.url, ordered: 1, on_exhausted: 'pause', retry_policy: '{"waitsSeconds":[]}' },
  })
  const [first, second] = await send(harness, endpoint, [1, 2])
  await harness.settles(1)
  await harness.pass(5000)
  expect(await harness.read(first!)).toMatchObject({ status: 'failed' })
  expect(await harness.read(second!)).toMatchObject({ status: 'waiting', attempts: 0 })
  expect(await harness.lane(endpoint)).toMatchObject({ state: laneStates.paused })
  expect((await harness.snapshot()).endpoints[0]).toMatchObject({ state: 'paused' })
  const [audit] = await tablesOf(harness.store).selectFrom('audit').selectAll().where('action', '=', 'endpoint.paused').execute()
  expect(audit).toMatchObject({ actor: 'system', target: endpoint })
  expect(JSON.parse(audit!.after!)).toEqual({ state: 'paused', reason: 'delivery_failed', delivery: first })

  // A resend that fails says nothing new, and joins the tail.
  await harness.store.resend([first!])
  receiver.answer((got, response) => void response.writeHead(names([got])[0] === '1' ? 500 : 200).end())
  await harness.change(endpoint, { state: 'active' }, laneStates.ready)
  await harness.pass(1000)
  await harness.settles(3)
  expect(names(receiver.got)).toEqual(['1', '2', '1'])
  expect(await harness.lane(endpoint)).toMatchObject({ state: laneStates.ready })
})

it('Retry-After and the circuit hold an ordered lane too', async () => {
  await using receiver = await startReceiver(status(503, { 'retry-after': '120' }))
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({
    url: receiver.url,
    ordered: 1,
    retry_policy: JSON.stringify({ waitsSeconds: Array(9).fill(1) }),
  })
  await send(harness, endpoint, [1, 2])
  await harness.settles(1)
  await harness.pass(110_000)
  expect(receiver.got).toHaveLength(1)
  receiver.answer(status(500))
  await harness.pass(11_000)
  await harness.settles(2)
  for (let i = 3; i <= 5; i++) {
    await harness.pass(1500)
    await harness.settles(i)
  }
  await harness.pass(25_000)
  expect(receiver.got).toHaveLength(5)
  receiver.answer(status(200))
  await harness.pass(6000)
  await harness.settles(7)
  expect(names(receiver.got)).toEqual(['1', '1', '1', '1', '1', '1', '2'])
})

it('turned on while a backlog waits, what comes from then on is in order, also what waited for a retry', async () => {
  await using receiver = await startReceiver(status(500))
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, retry_policy: '"invoice"' })
  await send(harness, endpoint, range(1, 3))
  await harness.settles(3)
  receiver.answer(status(200))
  await harness.change(endpoint, { state: 'paused' }, laneStates.paused)
  await send(harness, endpoint, range(4, 30))
  await harness.change(endpoint, { state: 'active', ordered: 1 }, laneStates.ready)
  await harness.pass(1000)
  await harness.settles(33)
  expect(names(receiver.got.slice(3))).toEqual(range(1, 30).map(String))
})

it('turned off while its head waits, the others flow, and the head comes when its wait is over', async () => {
  await using receiver = await startReceiver((got, response) => void response.writeHead(names([got])[0] === '1' ? 500 : 200).end())
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, ordered: 1, retry_policy: '"invoice"' })
  await send(harness, endpoint, range(1, 10))
  await harness.settles(1)
  await harness.pass(500)
  await harness.change(endpoint, { ordered: 0 })
  await harness.pass(500)
  await harness.settles(10)
  expect(
    names(receiver.got)
      .slice(1)
      .toSorted((a, b) => Number(a) - Number(b)),
  ).toEqual(range(2, 10).map(String))
  receiver.answer(status(200))
  await harness.pass(60_000)
  await harness.settles(11)
  expect(names(receiver.got).at(-1)).toBe('1')
})

/** The most that came within any second, its end not counted. */
function mostInASecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length))
}

/** When each request left, by the clock of the harness. */
async function timedHarness() {
  const times: number[] = []
  const clock = createFakeClock()
  const harness = await openHarness({
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
  return { times, clock, harness }
}

it('a rate counts retries, probes and what is sent after a release, a restart, a crash and a lost life', async () => {
  await using receiver = await startReceiver((_, response) => void response.writeHead(receiver.got.length % 7 === 0 ? 500 : 200).end())
  const { times, harness } = await timedHarness()
  await using _house = harness
  const endpoint = await harness.endpoint({
    url: receiver.url,
    throttle_rate: 5,
    retry_policy: JSON.stringify({ waitsSeconds: Array(20).fill(1) }),
  })
  await send(harness, endpoint, range(1, 12))
  await harness.pass(1000)
  await harness.restart()
  await harness.pass(1000)
  await send(harness, endpoint, range(13, 20))
  await harness.crash()
  await harness.pass(1000)
  await harness.loseLife()
  for (let i = 0; i < 20; i++) {
    await harness.pass(1000)
    if (i < 5) await send(harness, endpoint, [100 + i])
  }
  expect(mostInASecond(times)).toBeLessThanOrEqual(5)
  expect(await harness.tasks()).toEqual([])
  expect(times.length).toBeGreaterThanOrEqual(25)
})

it('the rate of an application holds for all of its endpoints together, and they take turns', async () => {
  await using receiver = await startReceiver()
  const { times, harness } = await timedHarness()
  await using _house = harness
  const endpoints = [
    await harness.endpoint({ url: `${receiver.url}a` }),
    await harness.endpoint({ url: `${receiver.url}b`, throttle_rate: 2 }),
  ]
  await harness.changeApplication({ throttle_rate: 10 })
  for (let i = 0; i < 20; i++) await harness.accept(endpoints)
  for (let i = 0; i < 3; i++) await harness.pass(1000)
  expect(mostInASecond(times)).toBeLessThanOrEqual(10)
  const paths = receiver.got.map(({ path }) => path)
  expect(paths.filter((path) => path === '/a').length).toBeGreaterThanOrEqual(15)
  expect(paths.filter((path) => path === '/b').length).toBeGreaterThanOrEqual(3)
  expect(paths.filter((path) => path === '/b').length).toBeLessThanOrEqual(6)
  await harness.changeApplication({ throttle_rate: null })
  await harness.change(endpoints[1]!, { throttle_rate: null })
  await harness.pass(500)
  await harness.settles(40)
})
