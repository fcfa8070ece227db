import { createCollectingLog, createFakeClock, silentLog } from '#platform/testing'
import { expect, it } from 'vitest'
import { ClaimLoop } from './claim-loop.ts'

/** Claims that end when the test says so, with the wait it says. */
function openLoop() {
  const clock = createFakeClock()
  const underWay: ((waitMs: number) => void)[] = []
  let claims = 0
  const claim = () => {
    claims++
    return new Promise<number>((resolve) => void underWay.push(resolve))
  }
  const loop = new ClaimLoop({ clock, log: silentLog, claim, onClaimed: () => {} })
  const end = async (waitMs: number) => {
    underWay.shift()!(waitMs)
    await clock.run(0)
  }
  return { loop, clock, end, count: () => claims, underWay }
}

it('claims again when the last claim says, within its bounds', async () => {
  const { loop, clock, end, count } = openLoop()
  loop.start()
  await end(100)
  await clock.run(99)
  expect(count()).toBe(1)
  await clock.run(1)
  expect(count()).toBe(2)
  await end(Infinity)
  await clock.run(250)
  expect(count()).toBe(3)
})

it('claims in a moment when it is asked to, also when a claim that may have looked too early is under way', async () => {
  const { loop, clock, end, count } = openLoop()
  loop.start()
  loop.soon()
  await end(Infinity)
  await clock.run(5)
  expect(count()).toBe(2)
  await end(Infinity)
  loop.soon()
  await clock.run(5)
  expect(count()).toBe(3)
})

it('goes on after a claim that failed', async () => {
  const clock = createFakeClock()
  let claims = 0
  const claim = () => (claims++ === 2 ? Promise.resolve(Infinity) : Promise.reject(new Error('away')))
  const log = createCollectingLog()
  const loop = new ClaimLoop({ clock, log, claim, onClaimed: () => {} })
  loop.start()
  await clock.run(250)
  expect(claims).toBe(2)
  // It is said once, until a claim has not failed.
  expect(log.entries).toHaveLength(1)
  await clock.run(500)
  expect([claims, log.entries.length]).toEqual([4, 2])
  await loop.stop()
})

it('stops when the claim that is under way has ended', async () => {
  const { loop, clock, end, count } = openLoop()
  loop.start()
  let stopped = false
  const stopping = loop.stop().then(() => void (stopped = true))
  await clock.run(0)
  expect(stopped).toBe(false)
  await end(1)
  await stopping
  loop.soon()
  await clock.run(1000)
  expect(count()).toBe(1)
})
