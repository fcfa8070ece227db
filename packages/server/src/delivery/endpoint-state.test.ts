import { createFakeClock } from '#platform/testing'
import { laneStates, type ApplicationSnapshot } from '#store'
import { tablesOf } from '#store/testing'
import { expect, it } from 'vitest'
import { openHarness, silence, startReceiver, status } from '../../../../test/support/delivery-harness.ts'

it.each([
  ['paused', laneStates.paused],
  ['disabled', laneStates.disabled],
] as const)(
  'R80: while an endpoint is %s the attempt under way ends, and what is queued is held until it is enabled',
  async (state, laneState) => {
    await using receiver = await startReceiver(silence)
    await using harness = await openHarness({ clock: createFakeClock(), inFlightMax: 1 })
    const endpoint = await harness.endpoint({ url: receiver.url })
    const first = await harness.accept([endpoint])
    const held: (() => void)[] = []
    receiver.answer((_, response) => void held.push(() => response.end()))
    await receiver.arrived(1)
    for (let i = 0; i < 30; i++) await harness.accept([endpoint])
    await harness.change(endpoint, { state }, laneState)
    await harness.pass(10_000)
    await harness.settles(1)
    expect(await harness.read(first.delivery)).toMatchObject({ attempts: 1 })
    await harness.pass(60_000)
    expect(receiver.got).toHaveLength(1)
    expect(harness.delivery.counts).toMatchObject({ lanes: 0, tasksInHand: 0 })

    receiver.answer(status(200))
    await harness.change(endpoint, { state: 'active' }, laneStates.ready)
    await harness.pass(1000)
    await harness.settles(32)
    expect(receiver.got).toHaveLength(32)
    expect(await harness.tasks()).toEqual([])
  },
)

it('R80: what comes for a paused endpoint is queued and sent when it is enabled', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url })
  await harness.change(endpoint, { state: 'paused' }, laneStates.paused)
  const { delivery } = await harness.accept([endpoint])
  await harness.pass(5000)
  expect(receiver.got).toHaveLength(0)
  await harness.change(endpoint, { state: 'active' }, laneStates.ready)
  await harness.pass(500)
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered' })
})

it('a lane that the store calls ready while the configuration says paused is not sent to, and looked at again', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, state: 'paused' })
  const { delivery } = await harness.accept([endpoint])
  await harness.pass(5000)
  expect(receiver.got).toHaveLength(0)
  await harness.change(endpoint, { state: 'active' })
  await harness.pass(1500)
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered', attempts: 1 })
})

it('an endpoint that the cache does not know yet is looked up anew before its delivery is cancelled', async () => {
  await using receiver = await startReceiver()
  const other: { outdated?: ApplicationSnapshot } = {}
  await using harness = await openHarness({
    // As on a process that has not heard yet of what another one changed.
    change({ config, ...options }) {
      const outdated: typeof config = {
        peek: (id) => other.outdated ?? config.peek(id),
        application: (id) => config.application(id),
        refresh: (id, version) => config.refresh(id, version),
        revision: () => config.revision(),
      }
      return { ...options, config: outdated }
    },
  })
  other.outdated = await harness.snapshot()
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered' })
})

it('tests an endpoint whatever its state: signed, answered at once, not kept, not counted', async () => {
  await using receiver = await startReceiver(status(500, {}, 'no'))
  await using harness = await openHarness({ disableAfter: 1 })
  const endpoint = await harness.endpoint({ url: receiver.url, state: 'disabled' })
  const message = { id: 'evt_1', eventType: 'test.ping', payload: Buffer.from('{"type":"test.ping"}') }
  const result = await harness.delivery.sendTest(await harness.snapshot(), endpoint, message)
  expect(result).toMatchObject({
    kind: 'tried',
    attempt: { ok: 0, status: 500, failure: 'http_500', event_type: 'test.ping', response_body: Buffer.from('no') },
  })
  expect(receiver.got[0]!.headers).toMatchObject({ 'webhook-id': 'evt_1', 'webhook-signature': expect.stringMatching(/^v1,/) })
  expect(await tablesOf(harness.store).selectFrom('attempt').selectAll().execute()).toEqual([])
  expect(await harness.lane(endpoint)).toMatchObject({ failures: 0 })
})

it('says why an endpoint could not be tested', async () => {
  await using harness = await openHarness()
  const message = { id: 'evt_1', eventType: 'test.ping', payload: Buffer.from('{}') }
  const endpoint = await harness.endpoint({ url: 'http://127.0.0.1:1/', secrets: [] })
  const snapshot = await harness.snapshot()
  expect(await harness.delivery.sendTest(snapshot, endpoint, message)).toMatchObject({ kind: 'not_sent', code: 'secret_unusable' })
  expect(await harness.delivery.sendTest(snapshot, 'ep_none', message)).toEqual({ kind: 'no_endpoint' })
})
