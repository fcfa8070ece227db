import { createFakeClock } from '#platform'
import { expect, it } from 'vitest'
import { openHouse, startReceiver, status, type Answer, type House } from '../../../../test/support/delivery-house.ts'

/** The waits, in seconds, between the first attempts of a delivery whose attempts fail. */
async function waitsOf(house: House, delivery: `dlv_${string}`, count: number): Promise<number[]> {
  const waits: number[] = []
  for (let settled = 1; settled <= count; settled++) {
    await house.settles(settled)
    const { next_at: next } = await house.read(delivery)
    waits.push((next! - house.clock.now()) / 1000)
    await house.pass(next! - house.clock.now())
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
  await using house = await openHouse({ clock })
  const { delivery } = await house.park({ url: receiver.url })
  expect(await waitsOf(house, delivery, 4)).toEqual([5, 10, 20, 40])
})

it.each(['basic', 'pro'])('R61, R86: an endpoint on the plan %s waits 1 m, 5 m, 30 m, 2 h, 24 h, and then has failed', async (plan) => {
  const { receiver, clock } = await failing()
  await using _ = receiver
  await using house = await openHouse({ clock, plan })
  const { delivery } = await house.accept([await house.endpoint({ url: receiver.url })])
  expect(await waitsOf(house, delivery, 5)).toEqual([60, 300, 1800, 7200, 86_400])
  await house.settles(6)
  expect(await house.read(delivery)).toMatchObject({ status: 'failed', attempts: 6, retries: 5, next_at: null })
})

it('an endpoint waits about 5 s and 5 m by default, spread by a fifth either way', async () => {
  const { receiver, clock } = await failing()
  await using _ = receiver
  await using house = await openHouse({ clock })
  const { delivery } = await house.accept([await house.endpoint({ url: receiver.url })])
  const [first, second] = await waitsOf(house, delivery, 2)
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
  await using house = await openHouse({ clock, plan: 'pro', settings })
  const { delivery } = await house.accept([await house.endpoint({ url: receiver.url, ...fields })])
  expect(await waitsOf(house, delivery, 1)).toEqual([wait])
})

it('R86: a plan’s cap binds an endpoint’s own policy, and no step', async () => {
  const { receiver, clock } = await failing()
  await using _ = receiver
  await using house = await openHouse({ clock, plan: 'pro' })
  const waitsSeconds = [1, 1, 1, 1, 1, 1, 1]
  const { delivery } = await house.accept([await house.endpoint({ url: receiver.url, retry_policy: JSON.stringify({ waitsSeconds }) })])
  await waitsOf(house, delivery, 4)
  // The circuit is open by now: the last tries are its probes.
  for (let settled = 5; settled <= 6; settled++) {
    await house.settles(settled)
    await house.pass(31_000)
  }
  expect(await house.read(delivery)).toMatchObject({ status: 'failed', attempts: 6, retries: 5 })
  const step = await house.park({ url: receiver.url, retryPolicy: { waitsSeconds } })
  for (let settled = 7; settled <= 14; settled++) {
    await house.settles(settled)
    await house.pass(1000)
  }
  expect(await house.read(step.delivery)).toMatchObject({ status: 'failed', attempts: 8, retries: 7 })
})

it('R26, R28: waits as long as the response’s retry_in says, and as the schedule says once it says nothing', async () => {
  const { receiver, clock } = await failing(status(503, {}, '{"code":"503","message":"Service Unavailable","retry_in":20}'))
  await using _ = receiver
  await using house = await openHouse({ clock })
  const { delivery } = await house.park({ url: receiver.url })
  await house.settles(1)
  expect((await house.read(delivery)).next_at! - clock.now()).toBe(20_000)
  receiver.answer(status(500))
  await house.pass(20_000)
  await house.settles(2)
  expect(((await house.read(delivery)).next_at! - clock.now()) / 1000).toBe(10)
  expect((await house.attempts(delivery))[0]).toMatchObject({ detail: 'The receiver answered 503: Service Unavailable' })
})

it('R27: with retry_in a step is tried 33 times, and has failed then', async () => {
  const { receiver, clock } = await failing(status(500, {}, '{"retry_in":3600}'))
  await using _ = receiver
  await using house = await openHouse({ clock })
  const { delivery, run } = await house.park({ url: receiver.url })
  await waitsOf(house, delivery, 32)
  await house.settles(33)
  expect(await house.read(delivery)).toMatchObject({ status: 'failed', attempts: 33, retries: 32 })
  expect(await house.wake(run)).toMatchObject({ ok: false })
})

it('an endpoint is not steered by retry_in', async () => {
  const { receiver, clock } = await failing(status(500, {}, '{"retry_in":20}'))
  await using _ = receiver
  await using house = await openHouse({ clock, plan: 'pro' })
  const { delivery } = await house.accept([await house.endpoint({ url: receiver.url })])
  expect(await waitsOf(house, delivery, 1)).toEqual([60])
})

it('F20: Retry-After holds the whole lane back, also over a restart', async () => {
  const { receiver, clock } = await failing(status(429, { 'retry-after': '120' }))
  await using _ = receiver
  await using house = await openHouse({ clock })
  const endpoint = await house.endpoint({ url: receiver.url })
  const first = await house.accept([endpoint])
  await house.settles(1)
  receiver.answer(status(200))
  const second = await house.accept([endpoint])
  await house.pass(60_000)
  await house.restart()
  await house.pass(59_000)
  expect(receiver.got).toHaveLength(1)
  await house.pass(1_500)
  await house.settles(3)
  for (const { delivery } of [first, second]) expect(await house.read(delivery)).toMatchObject({ status: 'delivered' })
})

it('F20: an attempt that succeeds beside it does not lift a Retry-After', async () => {
  await using receiver = await startReceiver()
  const clock = createFakeClock()
  await using house = await openHouse({ clock })
  const endpoint = await house.endpoint({ url: receiver.url })
  const held: Parameters<Answer>[1][] = []
  receiver.answer((_, response) => void held.push(response))
  await house.accept([endpoint])
  await house.accept([endpoint])
  await receiver.arrived(2)
  held[0]!.writeHead(503, { 'retry-after': '30' }).end()
  await house.settles(1)
  held[1]!.writeHead(200).end()
  await house.settles(2)
  const lane = await house.lane(endpoint)
  expect(lane).toMatchObject({ failures: 0 })
  expect(lane.blocked_until - clock.now()).toBe(30_000)
})
