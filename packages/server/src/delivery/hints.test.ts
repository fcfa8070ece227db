import { expect, it } from 'vitest'
import { createFakeClock } from '#platform/testing'
import type { Hint } from '#store'
import { openHarness, startReceiver } from '../../../../test/support/delivery-harness.ts'

/** How long a lane without work is held at most. */
const LET_GO_MS = 1000
/** A claim that is asked for waits so long, to hear of more; the next tick is far. */
const CLAIM_MS = 5

it('what another process put into a held lane is sent as soon as it gives a hint, without waiting for the next look', async () => {
  let send: (hint: Hint) => void = () => {}
  let isDeaf = false
  await using receiver = await startReceiver((_, response) => {
    // The first stays open, so that the lane is held.
    if (receiver.got.length > 1) response.end()
  })
  await using harness = await openHarness({
    clock: createFakeClock(),
    change: (options) => ({
      ...options,
      store: { ...options.store, onHint: (listener) => void (send = listener) },
      // What is created while nobody listens is like what another process brought.
      wakeUps: { listen: (topic, listener) => options.wakeUps.listen(topic, (carried) => void (isDeaf || listener(carried))) },
    }),
  })
  const endpoint = await harness.endpoint({ url: receiver.url })
  await harness.accept([endpoint])
  await receiver.arrived(1)
  isDeaf = true
  const { delivery } = await harness.accept([endpoint])
  expect(receiver.got).toHaveLength(1)
  send({ lanes: ['an endpoint that nobody has', endpoint], replied: [], runs: false })
  await receiver.arrived(2)
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered' })
})

it('what is sent again goes at once, whether its lane is held or not', async () => {
  const clock = createFakeClock()
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock })
  const endpoint = await harness.endpoint({ url: receiver.url })
  const { delivery } = await harness.accept([endpoint])
  await harness.settles(1)
  expect(harness.delivery.counts.lanes).toBe(1)
  await harness.store.resend([delivery])
  await receiver.arrived(2)
  await harness.settles(2)
  await harness.pass(LET_GO_MS)
  expect(harness.delivery.counts.lanes).toBe(0)
  await harness.store.resend([delivery])
  await harness.pass(CLAIM_MS)
  await receiver.arrived(3)
})
