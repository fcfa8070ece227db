import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reserveOfHour, type CountedMinute, useOfHour } from './hourly-quota.ts'
import { limits } from '../limits.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** A limited application on a clock: the counted minutes, and when each first attempt began. */
function createHour(perHour: number, startAt: number) {
  let minutes: CountedMinute[] = []
  let now = startAt
  const begun: number[] = []
  return {
    begun,
    advance: (ms: number) => void (now += ms),
    reserve(wanted: number, lateMs = 0) {
      const reservation = reserveOfHour(minutes, { now, wanted, perHour })
      if (reservation.granted > 0) minutes = [...minutes, { minute: reservation.minute, n: reservation.granted }]
      for (let i = 0; i < reservation.granted; i++) begun.push(now + lateMs)
      return reservation
    },
    get now() {
      return now
    },
  }
}

test('R85: whatever is wanted whenever, no 60 minutes see more first attempts than the plan allows', () => {
  const step = fc.record({
    pauseMs: fc.oneof(fc.nat({ max: 2000 }), fc.nat({ max: 10 * MINUTE_MS }), fc.nat({ max: HOUR_MS })),
    wanted: fc.integer({ min: 1, max: 40 }),
    lateMs: fc.nat({ max: limits.reservedMs }),
  })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.nat({ max: MINUTE_MS }),
      fc.array(step, { minLength: 1, maxLength: 120 }),
      (perHour, offset, steps) => {
        const hour = createHour(perHour, 1_800_000_000_000 + offset)
        for (const { pauseMs, wanted, lateMs } of steps) {
          hour.advance(pauseMs)
          hour.reserve(wanted, lateMs)
        }
        const begun = hour.begun.toSorted((a, b) => a - b)
        for (let i = perHour; i < begun.length; i++) expect(begun[i]! - begun[i - perHour]!).toBeGreaterThanOrEqual(HOUR_MS)
      },
    ),
    { numRuns: 500 },
  )
})

test('R85: what is refused is granted at the moment that was said, and not a millisecond before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.record({ pauseMs: fc.nat({ max: 9 * MINUTE_MS }), wanted: fc.integer({ min: 1, max: 9 }) }), {
        minLength: 1,
        maxLength: 60,
      }),
      (perHour, steps) => {
        const hour = createHour(perHour, 1_800_000_000_000)
        for (const { pauseMs, wanted } of steps) {
          hour.advance(pauseMs)
          hour.reserve(wanted)
        }
        const { granted, againAt } = hour.reserve(perHour + 1)
        expect(granted).toBeLessThanOrEqual(perHour)
        hour.advance(againAt - 1 - hour.now)
        expect(hour.reserve(1).granted).toBe(0)
        hour.advance(1)
        expect(hour.reserve(1).granted).toBe(1)
      },
    ),
    { numRuns: 500 },
  )
})

test('R85: a full hour has room again when its oldest minute has left it: after an hour and a minute at most', () => {
  const hour = createHour(100, 1_800_000_000_000)
  expect(hour.reserve(100)).toMatchObject({ granted: 100, againAt: 0 })
  const { againAt } = hour.reserve(1)
  expect(againAt - hour.now).toBeGreaterThanOrEqual(HOUR_MS)
  expect(againAt - hour.now).toBeLessThanOrEqual(HOUR_MS + MINUTE_MS + limits.reservedMs)
})

test('a limit that was lowered waits until enough has left the hour', () => {
  const at = 1_800_000_000_000
  const minute = at / MINUTE_MS
  const counted = [50, 30, 10].map((ago) => ({ minute: minute - ago, n: 10 }))
  const again = (perHour: number) => (reserveOfHour(counted, { now: at, wanted: 1, perHour }).againAt - at) / MINUTE_MS
  expect([again(30), again(20), again(11), again(10), again(1)]).toEqual([11, 31, 31, 51, 51])
})

test('R85: says how much of the hour is used, and when the next one may begin', () => {
  const now = 1000 * HOUR_MS
  const minute = now / MINUTE_MS
  const counted = [
    { minute: minute - 61, n: 50 },
    { minute: minute - 60, n: 2 },
    { minute: minute - 5, n: 3 },
  ]
  expect(useOfHour(counted, { now, perHour: 6 })).toEqual({ used: 5, freeAt: null })
  expect(useOfHour(counted, { now, perHour: 5 })).toEqual({ used: 5, freeAt: now + MINUTE_MS })
  // A smaller plan than before: more has to leave than the oldest minute.
  expect(useOfHour(counted, { now, perHour: 3 })).toEqual({ used: 5, freeAt: now + 56 * MINUTE_MS })
  expect(useOfHour([], { now, perHour: 1 })).toEqual({ used: 0, freeAt: null })
})
