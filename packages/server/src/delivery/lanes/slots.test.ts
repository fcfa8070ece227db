import type { ApplicationId } from '#domain'
import { expect, it } from 'vitest'
import { HeldLane } from './held-lane.ts'
import { createSlots, type Slots } from './slots.ts'

const lane = (name: string, application: ApplicationId = 'app_1', open = false): HeldLane => {
  const row = { lane: name, application, epoch: 1, failures: open ? 5 : 0, circuitUntil: open ? 1 : 0, blockedUntil: 0, takeovers: 0 }
  return new HeldLane(row, { monotonic: 10, now: 10 })
}

const fill = (slots: Slots, one: HeldLane, most = Infinity): number => {
  let taken = 0
  for (; taken < most && !slots.full && slots.admits(one); taken++) slots.take(one)
  return taken
}

it('a lane alone may have them all', () => {
  expect(fill(createSlots(10), lane('a'))).toBe(10)
})

it('while there is plenty, nobody minds who has how many', () => {
  const slots = createSlots(100)
  fill(slots, lane('a'), 40)
  const other = lane('b')
  expect(fill(slots, other, 9)).toBe(9)
})

it('where slots run short, a lane stops at its share', () => {
  const slots = createSlots(20)
  const [a, b] = [lane('a'), lane('b')]
  fill(slots, a, 12)
  expect(fill(slots, b)).toBe(8)
  expect(slots.full).toBe(true)
  const later = createSlots(20)
  fill(later, lane('c'), 1)
  // Two lanes: half of them each.
  expect(fill(later, lane('d'))).toBe(10)
})

it('where slots run short, an application stops at its share, however many lanes it has', () => {
  const slots = createSlots(40)
  fill(slots, lane('z', 'app_2'), 1)
  let taken = 0
  for (let i = 0; i < 40; i++) taken += fill(slots, lane(`a${i}`), 1)
  expect(taken).toBe(20)
  for (let i = 0; i < 5; i++) expect(fill(slots, lane(`z${i}`, 'app_2'), 1)).toBe(1)
})

it('probes have their part, and at least one', () => {
  const slots = createSlots(20)
  let probes = 0
  for (let i = 0; i < 20; i++) probes += fill(slots, lane(`a${i}`, 'app_1', true), 1)
  expect(probes).toBe(6)
  expect(fill(createSlots(1), lane('a', 'app_1', true))).toBe(1)
})

it('gives back what it took', () => {
  const slots = createSlots(2)
  const [a, b] = [lane('a', 'app_1', true), lane('b')]
  const free = [slots.take(a), slots.take(b)]
  expect(slots).toMatchObject({ underWay: 2, full: true })
  for (const one of free) one()
  expect(slots).toMatchObject({ underWay: 0, full: false })
  expect([a.inFlight, b.inFlight]).toEqual([0, 0])
  expect(slots.admits(a)).toBe(true)
})
