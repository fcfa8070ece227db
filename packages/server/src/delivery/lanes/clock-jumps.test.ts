import { expect, it } from 'vitest'
import { createCollectingLog, createFakeClock } from '#platform/testing'
import type { Task } from '#store'
import { openHarness, startReceiver, status } from '../../../../../test/support/delivery-harness.ts'
import type { HeldLane } from './held-lane.ts'
import { ClockJumps } from './clock-jumps.ts'

const DAY_MS = 86_400_000

it('F9: a clock that jumps a day ahead does not send the retries of that day in one burst, and holds up nothing new', async () => {
  const clock = createFakeClock()
  await using receiver = await startReceiver(status(500))
  await using harness = await openHarness({ clock })
  // Three failures each, so that no circuit opens.
  const fields = { url: receiver.url, retry_policy: JSON.stringify({ waitsSeconds: [3600] }) }
  const endpoints = await Promise.all(Array.from({ length: 50 }, () => harness.endpoint(fields)))
  for (let i = 0; i < 3; i++) await harness.accept(endpoints)
  await harness.settles(150)
  receiver.answer(status(200))
  await harness.pass(1000)

  clock.jump(DAY_MS)
  await harness.pass(1000)
  const inFirstSecond = receiver.got.length - 150
  expect(inFirstSecond).toBeGreaterThan(0)
  expect(inFirstSecond).toBeLessThanOrEqual(2 * 50)

  const fresh = await harness.endpoint({ url: receiver.url })
  const { delivery } = await harness.accept([fresh])
  await harness.settles(150 + inFirstSecond + 1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered' })

  for (let second = 0; second < 5; second++) await harness.pass(1000)
  await harness.settles(301)
  const delivered = harness.settled.filter(({ settlement }) => settlement.next.kind === 'end' && settlement.next.status === 'delivered')
  expect(delivered).toHaveLength(151)
})

/** What the first task of a lane may do that fell due so long after the start. */
function openClockJumps() {
  const clock = createFakeClock(0)
  const log = createCollectingLog()
  const clockJumps = new ClockJumps({ clock, log, wake: () => {} })
  const lane = (due: number) => ({ ready: [{ task: { due } as Task }] }) as unknown as HeldLane
  /** How many of a hundred tasks due then may be started now. */
  const admitted = (due: number) => {
    let count = 0
    while (count < 100 && clockJumps.admits(lane(due), clock.monotonic())) {
      clockJumps.take({ due } as Task, clock.monotonic())
      count++
    }
    return count
  }
  return { clock, log, clockJumps, admitted, jumped: () => log.entries.filter(({ event }) => event === 'delivery.clock.leapt').length }
}

it('what fell due before a jump, or falls due after it, is sent as always', () => {
  const { clock, clockJumps, admitted } = openClockJumps()
  clockJumps.note(clock.now())
  clock.advance(1000)
  clock.jump(60_000)
  clockJumps.note(clock.now())
  expect(admitted(1000)).toBe(100)
  const slowly = admitted(1001)
  expect(slowly).toBeGreaterThan(0)
  expect(slowly).toBeLessThan(50)
  expect([admitted(61_000), admitted(61_001)]).toEqual([0, 100])
})

it('a slow answer, a machine that was busy and a clock that was set back are no jump', () => {
  const { clock, clockJumps, jumped } = openClockJumps()
  clockJumps.note(clock.now())
  const before = clock.now()
  clock.advance(9000)
  clockJumps.note(before)
  clockJumps.note(clock.now())
  clock.advance(10 * 60_000)
  clockJumps.note(clock.now())
  clock.jump(-DAY_MS)
  clockJumps.note(clock.now())
  clock.jump(DAY_MS)
  clockJumps.note(clock.now())
  expect(jumped()).toBe(0)
})

it('after a clock was set back, a jump is known again within two minutes', () => {
  const { clock, clockJumps, jumped } = openClockJumps()
  clockJumps.note(clock.now())
  clock.jump(-DAY_MS)
  for (let minute = 0; minute < 3; minute++) {
    clock.advance(60_000)
    clockJumps.note(clock.now())
  }
  clock.jump(6000)
  clockJumps.note(clock.now())
  expect(jumped()).toBe(1)
})
