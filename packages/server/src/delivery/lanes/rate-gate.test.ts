import { createFakeClock, type FakeClock } from '#platform/testing'
import type { Lane } from '#store'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HeldLane } from './held-lane.ts'
import { createRateGate, type RateGate } from './rate-gate.ts'

const lane = (name: string): HeldLane => {
  const row: Lane = { lane: name, application: 'app_1', epoch: 1, failures: 0, circuitUntil: 0, blockedUntil: 0, takeovers: 0 }
  return new HeldLane(row, { monotonic: 0, now: 0 })
}

/** The most that left within any second, its end not counted. */
function mostInASecond(times: readonly number[]): number {
  let most = 0
  let from = 0
  for (const [i, at] of times.entries()) {
    while (times[from]! <= at - 1000) from++
    most = Math.max(most, i - from + 1)
  }
  return most
}

/** Lanes that want to send without end, through one gate. `delayOf` says how long a request takes from its permit to the wire; null: it never leaves. */
function openStreet(options: { rate: number; lanes: number; usedUpAt?: number; delayOf?: (n: number) => number | null }) {
  const clock: FakeClock = createFakeClock()
  const left: { at: number; lane: string }[] = []
  let started = 0
  const send = (one: HeldLane): void => {
    const pass = gate.take(clock.monotonic())
    const delayMs = (options.delayOf ?? (() => 0))(started++)
    clock.after(delayMs ?? 5, () => {
      if (delayMs !== null) {
        left.push({ at: clock.monotonic(), lane: one.lane })
        pass.left()
      }
      pass.over()
    })
  }
  const go = (one: HeldLane): void => {
    while (gate.isOpen(clock.monotonic())) send(one)
    gate.wait(one)
  }
  const gate: RateGate<HeldLane> = createRateGate({ clock, rate: options.rate, usedUpAt: options.usedUpAt, wake: go })
  return { clock, gate, left, begin: () => Array.from({ length: options.lanes }, (_, i) => go(lane(`ep_${i}`))) }
}

const delay = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 30 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 5000 }) },
  { weight: 1, arbitrary: fc.constant(null) },
)

it('in no second more leave than the rate says, however long each takes to, and whatever changes', () => {
  fc.assert(
    fc.property(
      fc.record({
        rate: fc.integer({ min: 1, max: 300 }),
        lanes: fc.integer({ min: 1, max: 4 }),
        delays: fc.array(delay, { minLength: 1, maxLength: 50 }),
        rests: fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 8 }),
      }),
      ({ rate, lanes, delays, rests }) => {
        const street = openStreet({ rate, lanes, delayOf: (n) => delays[n % delays.length]! })
        street.begin()
        for (const ms of rests) street.clock.advance(ms)
        expect(mostInASecond(street.left.map(({ at }) => at))).toBeLessThanOrEqual(rate)
      },
    ),
    { numRuns: 200 },
  )
})

it('what leaves at once leaves nearly at the rate, evenly over the second', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), (rate) => {
      const street = openStreet({ rate, lanes: 1 })
      street.begin()
      street.clock.advance(10_000)
      expect(street.left.length).toBeGreaterThanOrEqual(Math.floor(rate * 10 * 0.97))
      // A tenth of a second never brings more than its tenth, but for what a late timer may catch up.
      const times = street.left.map(({ at }) => at * 10)
      expect(mostInASecond(times)).toBeLessThanOrEqual(Math.ceil(rate * 0.125) + 1)
    }),
    { numRuns: 40 },
  )
})

it('one that does not get through holds up its own place and no other', () => {
  const street = openStreet({ rate: 10, lanes: 1, delayOf: (n) => (n === 0 ? 60_000 : 0) })
  street.begin()
  street.clock.advance(10_000)
  expect(street.left.length).toBeGreaterThanOrEqual(85)
})

it('lanes that share a rate get their turns one after the other', () => {
  const street = openStreet({ rate: 20, lanes: 5 })
  street.begin()
  street.clock.advance(5000)
  const counts = Map.groupBy(street.left, (one) => one.lane)
  for (let i = 0; i < 5; i++) expect(counts.get(`ep_${i}`)!.length).toBeGreaterThanOrEqual(18)
})

it('sleeps until the next permit: one timer, however many wait', () => {
  const street = openStreet({ rate: 1, lanes: 100 })
  street.begin()
  street.clock.advance(100)
  expect(street.clock.pending).toBe(1)
})

it('a new rate holds from now on, up and down', () => {
  const street = openStreet({ rate: 1, lanes: 1 })
  street.begin()
  street.clock.advance(500)
  street.gate.change(50)
  street.clock.advance(2000)
  expect(street.left.length).toBeGreaterThanOrEqual(90)
  street.gate.change(2)
  const before = street.left.length
  street.clock.advance(1000)
  expect(street.left.length - before).toBeLessThanOrEqual(1)
  street.clock.advance(10_000)
  expect(mostInASecond(street.left.slice(before).map(({ at }) => at))).toBeLessThanOrEqual(2)
})

it('below one a second, one leaves in so many seconds', () => {
  const street = openStreet({ rate: 1 / 3, lanes: 2 })
  street.begin()
  street.clock.advance(30_000)
  expect(street.left.length).toBeGreaterThanOrEqual(9)
  expect(street.left.length).toBeLessThanOrEqual(10)
})

it('what a dead owner may have sent counts, and the gate is warm until it does not', () => {
  const street = openStreet({ rate: 5, lanes: 1, usedUpAt: 0 })
  street.begin()
  expect(street.gate.isWarm(street.clock.monotonic())).toBe(true)
  street.clock.advance(1000)
  expect(street.left).toEqual([])
  street.clock.advance(300)
  expect(street.left.length).toBeGreaterThan(0)
})
