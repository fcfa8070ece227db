import { expect, it } from 'vitest'
import { createFakeClock } from '#platform'
import type { Hint } from '#store'
import { openHouse, startReceiver } from '../../../../test/support/delivery-house.ts'

it('what another process put into a held lane is sent as soon as it tells, without waiting for the next look', async () => {
  let tell: (hint: Hint) => void = () => {}
  let isDeaf = false
  await using receiver = await startReceiver((_, response) => {
    // The first stays open, so that the lane is held.
    if (receiver.got.length > 1) response.end()
  })
  await using house = await openHouse({
    clock: createFakeClock(),
    change: (options) => ({
      ...options,
      store: { ...options.store, onHint: (listener) => void (tell = listener) },
      // What is born while nobody listens is like what another process brought.
      bell: { listen: (topic, listener) => options.bell.listen(topic, (carried) => void (isDeaf || listener(carried))) },
    }),
  })
  const endpoint = await house.endpoint({ url: receiver.url })
  await house.accept([endpoint])
  await receiver.arrived(1)
  isDeaf = true
  const { delivery } = await house.accept([endpoint])
  expect(receiver.got).toHaveLength(1)
  tell({ lanes: ['an endpoint that nobody has', endpoint], replied: [] })
  await receiver.arrived(2)
  await house.settles(1)
  expect(await house.read(delivery)).toMatchObject({ status: 'delivered' })
})
