import { beforeEach, expect, test } from 'vitest'
import { createFakeClock, type FakeClock } from '#platform/testing'
import { createDeadlines, type Deadlines } from './deadlines.ts'

const DELAY_MS = 1600
let clock: FakeClock
let deadlines: Deadlines
let late: [string, number][]
const set = (name: string) => deadlines.set(() => late.push([name, clock.monotonic()]))

beforeEach(() => {
  clock = createFakeClock()
  deadlines = createDeadlines(clock, DELAY_MS)
  late = []
})

test('calls each at its end or up to a 32nd of the delay later, never before, and once', () => {
  const setAt = new Map<string, number>()
  for (let i = 0; i < 40; i++) {
    setAt.set(`${i}`, clock.monotonic())
    set(`${i}`)
    clock.advance(37)
  }
  clock.advance(10 * DELAY_MS)
  expect(late.map(([name]) => name).sort()).toEqual([...setAt.keys()].sort())
  for (const [name, at] of late) {
    expect(at - setAt.get(name)!).toBeGreaterThanOrEqual(DELAY_MS)
    expect(at - setAt.get(name)!).toBeLessThanOrEqual((DELAY_MS * 33) / 32)
  }
})

test('does not call what was cancelled, whatever its place, nor anything else in its stead', () => {
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => set(name))
  for (const i of [1, 4, 0, 1]) deadlines.cancel(all[i]!)
  const another = set('f')
  deadlines.cancel(all[4]!)
  clock.advance(2 * DELAY_MS)
  expect(late.map(([name]) => name).sort()).toEqual(['c', 'd', 'f'])
  deadlines.cancel(another)
})

test('one that is late may cancel others and set a new one', () => {
  const first = deadlines.set(() => {
    late.push(['first', clock.monotonic()])
    deadlines.cancel(second)
    set('third')
  })
  const second = set('second')
  clock.advance(4 * DELAY_MS)
  deadlines.cancel(first)
  expect(late.map(([name]) => name)).toEqual(['first', 'third'])
})

test('has one timer while anybody waits, and none afterwards', () => {
  const all = [set('a'), set('b'), set('c')]
  expect(clock.pending).toBe(1)
  for (const one of all) deadlines.cancel(one)
  clock.advance(DELAY_MS)
  expect(clock.pending).toBe(0)
  set('d')
  expect(clock.pending).toBe(1)
})
