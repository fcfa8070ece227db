import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createFakeClock, silentLog } from '#platform/testing'
import { PeriodicLook } from './periodic-look.ts'

const EVERY_MS = 500

function counted(look: () => Promise<void> = async () => {}) {
  const clock = createFakeClock()
  let looks = 0
  const periodic = new PeriodicLook({
    ...{ clock, log: silentLog, everyMs: EVERY_MS, failure: 'test.look.failed' },
    look: async () => {
      looks++
      await look()
    },
  })
  return { clock, periodic, looks: () => looks }
}

it('looks again and again, and once at the next turn for all who ask before it', async () => {
  const { clock, periodic, looks } = counted()
  periodic.start()
  await clock.run(3 * EVERY_MS)
  expect(looks()).toBe(3)
  for (let i = 0; i < 5; i++) periodic.soon()
  await setImmediate()
  await setImmediate()
  expect(looks()).toBe(4)
  await periodic.stop()
})

it('does not look any more once it is stopped, whoever asked before', async () => {
  const { clock, periodic, looks } = counted()
  periodic.start()
  periodic.soon()
  await periodic.stop()
  await setImmediate()
  await setImmediate()
  await clock.run(3 * EVERY_MS)
  expect(looks()).toBe(0)
})

it('stop waits for the look that is under way, and none follows it', async () => {
  const underWay = Promise.withResolvers<void>()
  const { periodic, looks } = counted(() => underWay.promise)
  periodic.start()
  periodic.soon()
  await setImmediate()
  periodic.soon()
  await setImmediate()
  const stopped = periodic.stop()
  underWay.resolve()
  await stopped
  expect(looks()).toBe(1)
})
