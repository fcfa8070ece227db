import { createFakeClock } from '#platform/testing'
import { expect, it } from 'vitest'
import { openHarness, silence, startReceiver, status, turns } from '../../../../test/support/delivery-harness.ts'

it('a delivery that kills its process again and again is found, its attempts are counted, and it fails in the end', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, retry_policy: '{"waitsSeconds":[60]}' })
  const { delivery } = await harness.accept([endpoint])
  await receiver.arrived(1)
  for (let death = 1; death <= 3; death++) {
    await harness.crash()
    await harness.pass(500)
    await receiver.arrived(death + 1)
  }
  // From the fourth owner on its attempt is written down before it is made.
  expect(await harness.read(delivery)).toMatchObject({ status: 'sending', attempts: 0 })
  await harness.crash()
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'waiting', attempts: 1, last_failure: 'cut_off' })
  expect(await harness.lane(endpoint)).toMatchObject({ takeovers: 4, failures: 0 })
  await harness.pass(61_000)
  await receiver.arrived(5)
  expect(await harness.read(delivery)).toMatchObject({ status: 'sending' })
  await harness.crash()
  await harness.settles(2)
  expect(await harness.read(delivery)).toMatchObject({ status: 'failed', attempts: 2, last_failure: 'cut_off' })
  expect(await harness.attempts(delivery)).toMatchObject([
    { n: 1, failure: 'cut_off' },
    { n: 2, failure: 'cut_off' },
  ])

  // The lane lives on, one at a time until it has lived through one.
  receiver.answer(status(200))
  const next = await harness.accept([endpoint])
  await harness.settles(3)
  expect(await harness.read(next.delivery)).toMatchObject({ status: 'delivered', attempts: 1 })
  expect(await harness.lane(endpoint)).toMatchObject({ takeovers: 0 })
})

it('those that wait beside it are delivered meanwhile', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, retry_policy: '{"waitsSeconds":[60]}' })
  const bad = await harness.accept([endpoint], { payload: '"bad"' })
  const good = await harness.accept([endpoint], { payload: '"good"' })
  for (let death = 1; death <= 4; death++) {
    await harness.pass(500)
    await turns()
    await harness.crash()
  }
  receiver.answer((got, response) => void (got.body.toString() === '"good"' && response.end()))
  await harness.pass(500)
  await harness.settles(2)
  expect(await harness.read(bad.delivery)).toMatchObject({ status: 'waiting', attempts: 1, last_failure: 'cut_off' })
  expect(await harness.read(good.delivery)).toMatchObject({ status: 'delivered', attempts: 1 })
})
