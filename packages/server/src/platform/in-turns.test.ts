import { expect, test } from 'vitest'
import { inTurns } from './in-turns.ts'

/** Ends early in a test that is over. */
function large(ms: number) {
  const work = { steps: 0, ended: false }
  const done = inTurns(() => {
    work.steps++
    const end = performance.now() + ms
    while (performance.now() < end);
    return work.ended
  })
  return { work, done }
}

test('work of many small steps is not held up by a step of each large one before each of them', async () => {
  const others = Array.from({ length: 5 }, () => large(5))
  let steps = 0
  await inTurns(() => ++steps === 500)
  const most = Math.max(...others.map(({ work }) => work.steps))
  for (const { work } of others) work.ended = true
  await Promise.all(others.map(({ done }) => done))
  // One, or a few where the machine had something else to do; by the step it were five hundred.
  expect(most).toBeLessThan(100)
})

test('each work has the same time, whatever its steps take', async () => {
  const [coarse, fine] = [large(8), large(0.2)]
  await inTurns(() => coarse.work.steps > 12)
  const ratio = fine.work.steps / coarse.work.steps
  for (const { work } of [coarse, fine]) work.ended = true
  await Promise.all([coarse.done, fine.done])
  // Forty to one if the machine does nothing else; by the step it were one to one.
  expect(ratio).toBeGreaterThan(2)
})

test('what a step throws ends its work alone', async () => {
  const thrown = inTurns(() => {
    throw new Error('broken')
  })
  let steps = 0
  const other = inTurns(() => ++steps === 3)
  await expect(thrown).rejects.toThrow('broken')
  await other
  expect(steps).toBe(3)
})

test('other things happen in between', async () => {
  const { work, done } = large(1)
  const seen: number[] = []
  while (seen.length < 3) {
    await new Promise(setImmediate)
    seen.push(work.steps)
  }
  work.ended = true
  await done
  // Some three of them in each turn.
  expect(seen[2]! - seen[1]!).toBeLessThan(10)
})
