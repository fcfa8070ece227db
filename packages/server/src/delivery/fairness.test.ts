import type { EndpointId } from '#domain'
import { createFakeClock } from '#platform/testing'
import { expect, it } from 'vitest'
import { openHarness, silence, startReceiver, status } from '../../../../test/support/delivery-harness.ts'

it('F10: one endpoint hangs among 20, and the others flow', async () => {
  await using hanging = await startReceiver(silence)
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock(), inFlightMax: 40 })
  const slow = await harness.endpoint({ url: hanging.url })
  const others: EndpointId[] = []
  while (others.length < 19) others.push(await harness.endpoint({ url: receiver.url }))
  for (let i = 0; i < 40; i++) await harness.accept([slow, ...others])
  // No time has passed: nothing waited for a deadline.
  await harness.settles(760)
  expect(receiver.got).toHaveLength(760)
  expect(hanging.open).toBeLessThanOrEqual(32)
  expect(hanging.got.length).toBe(hanging.open)
})

it('slow receivers do not take all slots in the end: who has its share waits for who has less', async () => {
  await using hanging = await startReceiver(silence)
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock(), inFlightMax: 40 })
  const slow: EndpointId[] = []
  for (let i = 0; i < 4; i++) slow.push(await harness.endpoint({ url: hanging.url, timeout_ms: 60_000 }))
  const held: (() => void)[] = []
  hanging.answer((_, response) => void held.push(() => response.end()))
  for (let i = 0; i < 40; i++) await harness.accept(slow)
  await hanging.arrived(40)
  expect(hanging.open).toBe(40)
  const fast = await harness.endpoint({ url: receiver.url })
  for (let i = 0; i < 20; i++) await harness.accept([fast])
  let startedMeanwhile = 0
  receiver.answer((_, response) => {
    startedMeanwhile = hanging.got.length - 40
    response.end()
  })
  // All slots are taken, by four lanes that have more than the fifth part of them: the few that become free are the newcomer's.
  for (const end of held.splice(0, 4)) end()
  await harness.settles(24)
  expect(receiver.got).toHaveLength(20)
  expect(startedMeanwhile).toBe(0)
})

it('the probes of dead receivers share 30% of the slots', async () => {
  await using failing = await startReceiver(status(500))
  await using harness = await openHarness({ clock: createFakeClock(), inFlightMax: 20 })
  const endpoints: EndpointId[] = []
  for (let i = 0; i < 10; i++) endpoints.push(await harness.endpoint({ url: failing.url }))
  for (let i = 1; i <= 5; i++) {
    await harness.accept(endpoints)
    await harness.settles(i * 10)
  }
  failing.answer(silence)
  await harness.accept(endpoints)
  await harness.pass(31_000)
  await failing.arrived(50 + 6)
  await harness.pass(5000)
  expect(failing.open).toBe(6)
  await harness.pass(5000)
  await failing.arrived(50 + 10)
})

it('a receiver that says it has too much to do gets fewer at a time', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock() })
  const held: (() => void)[] = []
  receiver.answer((_, response) => void held.push(() => response.writeHead(429).end()))
  const endpoint = await harness.endpoint({ url: receiver.url })
  for (let i = 0; i < 100; i++) await harness.accept([endpoint])
  await receiver.arrived(32)
  expect(receiver.open).toBe(32)
  for (const end of held.splice(0, 2)) end()
  await harness.settles(2)
  receiver.answer(silence)
  // 32, halved twice: nothing new starts until fewer than 8 are open.
  for (const end of held.splice(0, 2)) end()
  await harness.settles(4)
  expect(receiver.got).toHaveLength(32)
})

it('contents in memory are bounded, whatever waits in the store', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url })
  const payload = JSON.stringify('x'.repeat(1_000_000))
  await Promise.all(Array.from({ length: 110 }, () => harness.accept([endpoint], { payload })))
  const { tasksInHand, contentBytes } = harness.delivery.counts
  expect(tasksInHand).toBe(110)
  expect(contentBytes).toBeLessThanOrEqual(64 * 1024 * 1024)
  expect(contentBytes).toBeGreaterThan(30_000_000)
  receiver.answer(status(200))
  await harness.pass(10_000)
  // The first 32 timed out; the circuit is open and memory empty.
  await harness.settles(32)
  await harness.pass(500)
  expect(harness.delivery.counts).toMatchObject({ lanes: 0, tasksInHand: 0, contentBytes: 0 })
})
