import { createFakeClock } from '#platform/testing'
import { expect, it } from 'vitest'
import { createSteadyClock } from './steady-clock.ts'

const HOUR = 3_600_000

it('is wall time, and follows it forward', () => {
  const clock = createFakeClock()
  const steady = createSteadyClock(clock)
  expect(steady.now()).toBe(clock.now())
  clock.advance(1234)
  expect(steady.now()).toBe(clock.now())
  clock.jump(HOUR)
  expect(steady.now()).toBe(clock.now())
})

it('F9: goes on when wall time is set back, a little slower, until the two are one again', () => {
  const clock = createFakeClock()
  const steady = createSteadyClock(clock)
  const before = steady.now()
  clock.jump(-HOUR)
  expect(steady.now()).toBe(before)
  clock.advance(10_000)
  expect(steady.now()).toBe(before + 9000)
  clock.advance(11 * HOUR)
  expect(steady.now()).toBe(clock.now())
})
