import { expect, it } from 'vitest'
import { createFakeClock } from '#platform'
import type { Hint } from '#store'
import { openHouse, startReceiver } from '../../../../test/support/delivery-house.ts'

/** How long a lane without work is held at most. */
const LET_GO_MS = 1000
/** A claim that is asked for waits so long, to hear of more; the next tick is far. */
const CLAIM_MS = 5

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
  tell({ lanes: ['an endpoint that nobody has', endpoint], replied: [], runs: false })
  await receiver.arrived(2)
  await house.settles(1)
  expect(await house.read(delivery)).toMatchObject({ status: 'delivered' })
})

it('what is sent again goes at once, whether its lane is held or not', async () => {
  const clock = createFakeClock()
  await using receiver = await startReceiver()
  await using house = await openHouse({ clock })
  const endpoint = await house.endpoint({ url: receiver.url })
  const { delivery } = await house.accept([endpoint])
  await house.settles(1)
  expect(house.delivery.counts.lanes).toBe(1)
  await house.store.resend([delivery])
  await receiver.arrived(2)
  await house.settles(2)
  await house.pass(LET_GO_MS)
  expect(house.delivery.counts.lanes).toBe(0)
  await house.store.resend([delivery])
  await house.pass(CLAIM_MS)
  await receiver.arrived(3)
})
