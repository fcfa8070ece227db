import { createFakeClock } from '#platform/testing'
import { expect, it } from 'vitest'
import { openHarness, startReceiver, status, type Answer, type Harness } from '../../../../test/support/delivery-harness.ts'

/** The waits, in seconds, between the first attempts of a delivery whose attempts fail. */
async function waitsOf(harness: Harness, delivery: `dlv_${string}`, count: number): Promise<number[]> {
  const waits: number[] = []
  for (let settled = 1; settled <= count; settled++) {
    await harness.settles(settled)
    const { next_at: next } = await harness.read(delivery)
    waits.push((next! - harness.clock.now()) / 1000)
    await harness.pass(next! - harness.clock.now())
  }
  return waits
}

const failing = async (answer: Answer = status(500)) => ({
  receiver: await startReceiver(answer),
  clock: createFakeClock(),
})

it('R25: a step waits 5, 10, 20, 40 s …', async () => {
  const { receiver, clock } = await failing()
  await using _ = receiver
  await using harness = await openHarness({ clock })
  const { delivery } = await harness.park({ url: receiver.url })
  expect(await waitsOf(harness, delivery, 4)).toEqual([5, 10, 20, 40])
})

it.each(['basic', 'pro'])('R61, R86: an endpoint on the plan %s waits 1 m, 5 m, 30 m, 2 h, 24 h, and then has failed', async (plan) => {
  const { receiver, clock } = await failing()
  await using _ = receiver
  await using harness = await openHarness({ clock, plan })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  expect(await waitsOf(harness, delivery, 5)).toEqual([60, 300, 1800, 7200, 86_400])
  await harness.settles(6)
  expect(await harness.read(delivery)).toMatchObject({ status: 'failed', attempts: 6, retries: 5, next_at: null })
})

it('an endpoint waits about 5 s and 5 m by default, spread by a fifth either way', async () => {
  const { receiver, clock } = await failing()
  await using _ = receiver
  await using harness = await openHarness({ clock })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  const [first, second] = await waitsOf(harness, delivery, 2)
  expect(Math.abs(first! - 5)).toBeLessThanOrEqual(1)
  expect(Math.abs(second! - 300)).toBeLessThanOrEqual(60)
})

it.each([
  ['its own', { retry_policy: '{"waitsSeconds":[7]}' }, { defaultRetryPolicy: 'step' }, 7],
  ['its application’s', {}, { defaultRetryPolicy: 'step' }, 5],
  ['its plan’s', {}, {}, 60],
])('an endpoint retries by %s policy', async (...[, fields, settings, wait]) => {
  const { receiver, clock } = await failing()
  await using _receiver = receiver
  await using harness = await openHarness({ clock, plan: 'pro', settings })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url, ...fields })])
  expect(await waitsOf(harness, delivery, 1)).toEqual([wait])
})

it('R86: a plan’s cap binds an endpoint’s own policy, and no step', async () => {
  const { receiver, clock } = await failing()
  await using _ = receiver
  await using harness = await openHarness({ clock, plan: 'pro' })
  const waitsSeconds = [1, 1, 1, 1, 1, 1, 1]
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url, retry_policy: JSON.stringify({ waitsSeconds }) })])
  await waitsOf(harness, delivery, 4)
  // The circuit is open by now: the last tries are its probes.
  for (let settled = 5; settled <= 6; settled++) {
    await harness.settles(settled)
    await harness.pass(31_000)
  }
  expect(await harness.read(delivery)).toMatchObject({ status: 'failed', attempts: 6, retries: 5 })
  const step = await harness.park({ url: receiver.url, retryPolicy: { waitsSeconds } })
  for (let settled = 7; settled <= 14; settled++) {
    await harness.settles(settled)
    await harness.pass(1000)
  }
  expect(await harness.read(step.delivery)).toMatchObject({ status: 'failed', attempts: 8, retries: 7 })
})

it('R26, R28: waits as long as the response’s retry_in says, and as the schedule says once it says nothing', async () => {
  const { receiver, clock } = await failing(status(503, {}, '{"code":"503","message":"Service Unavailable","retry_in":20}'))
  await using _ = receiver
  await using harness = await openHarness({ clock })
  const { delivery } = await harness.park({ url: receiver.url })
  await harness.settles(1)
  expect((await harness.read(delivery)).next_at! - clock.now()).toBe(20_000)
  receiver.answer(status(500))
  await harness.pass(20_000)
  await harness.settles(2)
  expect(((await harness.read(delivery)).next_at! - clock.now()) / 1000).toBe(10)
  expect((await harness.attempts(delivery))[0]).toMatchObject({ detail: 'The receiver answered 503: Service Unavailable' })
})

it('R27: with retry_in a step is tried 33 times, and has failed then', async () => {
  const { receiver, clock } = await failing(status(500, {}, '{"retry_in":3600}'))
  await using _ = receiver
  await using harness = await openHarness({ clock })
  const { delivery, run } = await harness.park({ url: receiver.url })
  await waitsOf(harness, delivery, 32)
  await harness.settles(33)
  expect(await harness.read(delivery)).toMatchObject({ status: 'failed', attempts: 33, retries: 32 })
  expect(await harness.wake(run)).toMatchObject({ ok: false })
})

it('R26, R28: a mixture of retry_in, Retry-After, plain failures, and values that are none', async () => {
  const said: [Answer, seconds: number][] = [
    [status(500, {}, '{"retry_in":20}'), 20],
    [status(500, { 'retry-after': '600' }), 600],
    [status(500, { 'retry-after': '600' }, '{"retry_in":30}'), 30],
    [status(500), 40],
    [status(500, {}, '{"retry_in":-5}'), 80],
    [status(500, {}, '{"retry_in":1.5}'), 160],
    [status(500, {}, '{"retry_in":1e400}'), 320],
    [status(500, {}, '{"retry_in":"20"}'), 640],
    [status(500, {}, `{"retry_in":20,"pad":"${'x'.repeat(1024 * 1024)}"}`), 1280],
    [status(500, {}, '{"retry_in":86400}'), 86_400],
    [status(500, {}, '{"retry_in":86401}'), 1800],
  ]
  const { receiver, clock } = await failing()
  await using _ = receiver
  await using harness = await openHarness({ clock })
  receiver.answer(said[0]![0])
  const { delivery } = await harness.park({ url: receiver.url })
  const waits: number[] = []
  for (const at of said.keys()) {
    await harness.settles(at + 1)
    const { next_at: next } = await harness.read(delivery)
    waits.push((next! - clock.now()) / 1000)
    receiver.answer(said[at + 1]?.[0] ?? status(200))
    await harness.pass(next! - clock.now())
  }
  expect(waits).toEqual(said.map(([, seconds]) => seconds))
})

it('an endpoint is not steered by retry_in', async () => {
  const { receiver, clock } = await failing(status(500, {}, '{"retry_in":20}'))
  await using _ = receiver
  await using harness = await openHarness({ clock, plan: 'pro' })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  expect(await waitsOf(harness, delivery, 1)).toEqual([60])
})

it('F20: Retry-After holds the whole lane back, also over a restart', async () => {
  const { receiver, clock } = await failing(status(429, { 'retry-after': '120' }))
  await using _ = receiver
  await using harness = await openHarness({ clock })
  const endpoint = await harness.endpoint({ url: receiver.url })
  const first = await harness.accept([endpoint])
  await harness.settles(1)
  receiver.answer(status(200))
  const second = await harness.accept([endpoint])
  await harness.pass(60_000)
  await harness.restart()
  await harness.pass(59_000)
  expect(receiver.got).toHaveLength(1)
  await harness.pass(1_500)
  await harness.settles(3)
  for (const { delivery } of [first, second]) expect(await harness.read(delivery)).toMatchObject({ status: 'delivered' })
})

it('F20: an attempt that succeeds beside it does not lift a Retry-After', async () => {
  await using receiver = await startReceiver()
  const clock = createFakeClock()
  await using harness = await openHarness({ clock })
  const endpoint = await harness.endpoint({ url: receiver.url })
  const held: Parameters<Answer>[1][] = []
  receiver.answer((_, response) => void held.push(response))
  await harness.accept([endpoint])
  await harness.accept([endpoint])
  await receiver.arrived(2)
  held[0]!.writeHead(503, { 'retry-after': '30' }).end()
  await harness.settles(1)
  held[1]!.writeHead(200).end()
  await harness.settles(2)
  const lane = await harness.lane(endpoint)
  expect(lane).toMatchObject({ failures: 0 })
  expect(lane.blocked_until - clock.now()).toBe(30_000)
})
