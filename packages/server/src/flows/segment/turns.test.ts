import { expect, it } from 'vitest'
import { Elsewhere } from './turn.ts'
import { createTurns, TURN_MS } from './turns.ts'

function machine() {
  const passed = { ms: 0 }
  const used = { ms: 0 }
  return {
    clock: { monotonic: () => passed.ms, processor: () => used.ms },
    works: (ms: number) => ((passed.ms += ms), (used.ms += ms)),
    isElsewhere: (ms: number) => (passed.ms += ms),
  }
}

it('counts the processor time of the thread, not what passes while the processor is somebody else’s', () => {
  const { clock, works, isElsewhere } = machine()
  const turns = createTurns(clock)
  const turn = turns.open()!
  works(TURN_MS - 2)
  isElsewhere(500)
  turn.at(clock.monotonic())
  works(1)
  turn.at(clock.monotonic())
  expect(turns.used(0)).toBe(TURN_MS - 1)
  works(2)
  expect(() => turn.at(clock.monotonic())).toThrow(Elsewhere)
})

it('has nothing left in a turn whose time was used, and all of it in the next', async () => {
  const { clock, works } = machine()
  const turns = createTurns(clock)
  turns.open()
  works(TURN_MS)
  turns.used(0)
  expect(turns.open()).toBeUndefined()
  await turns.next()
  const turn = turns.open()!
  works(TURN_MS)
  expect(() => turn.at(clock.monotonic())).not.toThrow()
})

it('asks for the processor time once a millisecond at most, while segments are short', () => {
  const { clock, works } = machine()
  let asked = 0
  const turns = createTurns({ ...clock, processor: () => (asked++, clock.processor()) })
  for (let segment = 0; segment < 50; segment++) {
    const beganAt = clock.monotonic()
    turns.open()
    works(0.1)
    turns.used(beganAt)
  }
  expect(asked).toBeLessThanOrEqual(6)
})
