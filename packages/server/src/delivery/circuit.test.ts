import { createFakeClock } from '#platform/testing'
import { laneStates } from '#store'
import { tablesOf } from '#store/testing'
import { expect, it } from 'vitest'
import { openHarness, silence, startReceiver, status, turns } from '../../../../test/support/delivery-harness.ts'

const PROBE_MS = 30_000

/** An endpoint that failed `count` times in a row, one message after the other. */
async function failing(count: number, disableAfter = 100) {
  const receiver = await startReceiver(status(500))
  const clock = createFakeClock()
  const harness = await openHarness({ clock, disableAfter })
  const endpoint = await harness.endpoint({ url: receiver.url, retry_policy: '"invoice"' })
  for (let i = 1; i <= count; i++) {
    await harness.accept([endpoint])
    await harness.settles(i)
  }
  return { receiver, clock, harness, endpoint }
}

it('R82: five failures in a row open the circuit: one probe every 30 s, the backlog untouched and out of memory', async () => {
  const { receiver, clock, harness, endpoint } = await failing(5)
  await using _receiver = receiver
  await using _house = harness
  await harness.pass(1000)
  expect(harness.delivery.counts).toMatchObject({ lanes: 0, tasksInHand: 0, contentBytes: 0 })
  expect((await harness.lane(endpoint)).circuit_until - clock.now()).toBeCloseTo(PROBE_MS - 1000, -3)
  for (let i = 0; i < 50; i++) await harness.accept([endpoint])
  for (let probe = 1; probe <= 3; probe++) {
    await harness.pass(PROBE_MS)
    await harness.settles(5 + probe)
    await harness.pass(500)
    expect(receiver.got).toHaveLength(5 + probe)
    expect(harness.delivery.counts).toMatchObject({ lanes: 0, tasksInHand: 0 })
  }
})

it('a probe that hangs is the only one under way', async () => {
  const { receiver, harness, endpoint } = await failing(5)
  await using _receiver = receiver
  await using _house = harness
  for (let i = 0; i < 20; i++) await harness.accept([endpoint])
  receiver.answer(silence)
  await harness.pass(PROBE_MS)
  await receiver.arrived(6)
  await harness.pass(9000)
  expect(receiver.got).toHaveLength(6)
})

it('a probe that succeeds closes the circuit, and the backlog flows, few at a time at first', async () => {
  const { receiver, harness, endpoint } = await failing(5)
  await using _receiver = receiver
  await using _house = harness
  const { deliveries } = await harness.accept([endpoint])
  for (let i = 0; i < 99; i++) await harness.accept([endpoint])
  receiver.answer(status(200))
  await harness.pass(PROBE_MS)
  await harness.settles(105)
  expect(await harness.read(deliveries[0]!)).toMatchObject({ status: 'delivered' })
  expect(await harness.lane(endpoint)).toMatchObject({ failures: 0, circuit_until: 0 })
})

it('an attempt that was under way when the circuit opened closes it by its success, and what was put back flows at once', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, retry_policy: '"invoice"' })
  const held: ((code: number) => void)[] = []
  receiver.answer((_, response) => void held.push((code) => response.writeHead(code).end()))
  for (let i = 0; i < 40; i++) await harness.accept([endpoint])
  await receiver.arrived(32)
  for (const end of held.splice(0, 5)) end(500)
  await harness.settles(5)
  await turns()
  const { underWay, tasksInHand } = harness.delivery.counts
  expect(underWay).toBeGreaterThanOrEqual(27)
  expect(tasksInHand).toBe(underWay)
  receiver.answer(status(200))
  await receiver.arrived(5 + underWay)
  for (const end of held.splice(0)) end(200)
  await harness.settles(40)
  expect((await harness.tasks()).length).toBe(5)
})

it('what comes while the circuit is open does not come into memory, although the lane is held for an attempt under way', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, retry_policy: '"invoice"' })
  await harness.accept([endpoint])
  await receiver.arrived(1)
  receiver.answer(status(500))
  for (let i = 1; i <= 5; i++) {
    await harness.accept([endpoint])
    await harness.settles(i)
  }
  for (let i = 0; i < 10; i++) await harness.accept([endpoint])
  await harness.pass(1000)
  expect(harness.delivery.counts).toMatchObject({ lanes: 1, underWay: 1, tasksInHand: 1, contentBytes: 0 })
})

it('F22: after an outage the number under way doubles, and never passes the lane’s limit', async () => {
  const { receiver, harness, endpoint } = await failing(5)
  await using _receiver = receiver
  await using _house = harness
  for (let i = 0; i < 200; i++) await harness.accept([endpoint])
  const held: (() => void)[] = []
  receiver.answer((_, response) => void held.push(() => response.end()))
  await harness.pass(PROBE_MS)
  const rounds: number[] = []
  for (let done = 0; done < 200 + 5 && rounds.length < 9;) {
    // The next ones start when those under way have ended.
    await receiver.arrived(5 + done + 1)
    await harness.pass(50)
    rounds.push(held.length)
    done += held.length
    for (const end of held.splice(0)) end()
    await harness.settles(5 + done)
  }
  expect(rounds.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 32, 32])
  expect(receiver.openMost).toBeLessThanOrEqual(32)
})

it('R82: the endpoint is disabled by the failure that reaches the number, counted over a restart; R83: enabling begins anew', async () => {
  const { receiver, clock, harness, endpoint } = await failing(4, 7)
  await using _receiver = receiver
  await using _house = harness
  await harness.restart()
  for (let settled = 5; settled <= 7; settled++) {
    await harness.accept([endpoint])
    // The fifth goes at once; it opens the circuit, and the others are its probes.
    if (settled > 5) await harness.pass(PROBE_MS)
    await harness.settles(settled)
    expect((await harness.snapshot()).endpoints[0]!.state).toBe(settled < 7 ? 'active' : 'disabled')
  }
  await harness.pass(10 * PROBE_MS)
  expect(receiver.got).toHaveLength(7)
  const audit = await tablesOf(harness.store).selectFrom('audit').selectAll().where('action', '=', 'endpoint.disabled').execute()
  expect(audit).toMatchObject([{ target: endpoint, actor: 'system', after: '{"state":"disabled","reason":"consecutive_failures"}' }])

  await harness.change(endpoint, { state: 'active' }, laneStates.ready)
  expect(await harness.lane(endpoint)).toMatchObject({ failures: 0, circuit_until: 0, state: laneStates.ready })
  receiver.answer(status(200))
  await harness.pass(24 * 3_600_000)
  await harness.settles(harness.settled.length + (await harness.tasks()).length)
  expect((await harness.tasks()).length).toBe(0)
  expect((await harness.lane(endpoint)).failures).toBe(0)
  expect(clock.now()).toBeGreaterThan(0)
})

it('any success begins the count anew', async () => {
  const { receiver, harness, endpoint } = await failing(4, 5)
  await using _receiver = receiver
  await using _house = harness
  receiver.answer(status(200))
  await harness.accept([endpoint])
  await harness.settles(5)
  receiver.answer(status(500))
  for (let settled = 6; settled <= 9; settled++) {
    await harness.accept([endpoint])
    await harness.settles(settled)
  }
  expect((await harness.snapshot()).endpoints[0]!.state).toBe('active')
  expect(await harness.lane(endpoint)).toMatchObject({ failures: 4 })
})
