import { expect, it } from 'vitest'
import { createFakeClock } from './testing/fake-clock.ts'
import { giveBackOnceIdle } from './young-garbage.ts'

/** A clock whose thread uses so much of a second, until that is changed. */
function clockThatUses(share: number) {
  const fake = createFakeClock()
  const use = { share, used: 0 }
  const run = (ms: number) => {
    use.used += ms * use.share
    fake.advance(ms)
  }
  return { clock: { ...fake, processor: () => use.used }, use, run }
}

it('gives memory back when nobody has called for five seconds, and once', () => {
  const { clock, run } = clockThatUses(0.04)
  let given = 0
  giveBackOnceIdle(clock, () => given++)
  run(4_999)
  expect(given).toBe(0)
  run(1)
  expect(given).toBe(1)
  run(60_000)
  expect(given).toBe(1)
})

it('holds up nobody: while callers come, it waits', () => {
  const { clock, use, run } = clockThatUses(0.06)
  let given = 0
  giveBackOnceIdle(clock, () => given++)
  for (let i = 0; i < 10; i++) run(5_000)
  expect(given).toBe(0)
  use.share = 0
  run(5_000)
  expect(given).toBe(1)
})

it('gives nothing back once it was cancelled', () => {
  const { clock, use, run } = clockThatUses(1)
  let given = 0
  const timer = giveBackOnceIdle(clock, () => given++)
  run(5_000)
  timer.cancel()
  use.share = 0
  run(60_000)
  expect(given).toBe(0)
})
