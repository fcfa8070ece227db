import { expect, test } from 'vitest'
import { barsOf, folded, scaleOf } from './bars.ts'

const bucket = (at: string, deliveries: number, failed: number) => ({
  ...{ at, deliveries, failed, delivered: deliveries - failed, cancelled: 0, waiting: 0, attempts: 0 },
  ...{ successRate: null, deliveredInMsP50: null, deliveredInMsP95: null, deliveredInMsP99: null },
})

test('folds buckets to bars, and each ends where the next begins', () => {
  const buckets = ['10', '11', '12'].map((hour) => bucket(`2030-01-01T${hour}:00:00.000Z`, 3, 1))
  const bars = barsOf({ buckets, until: '2030-01-01T13:00:00.000Z' }, 2)
  expect(bars.map(({ all, failed }) => [all, failed])).toEqual([
    [6, 2],
    [3, 1],
  ])
  expect(bars.map(({ until }) => new Date(until).getUTCHours())).toEqual([12, 13])
  expect(folded([1, 2, 3], 2)).toEqual([3, 3])
})

test.each([
  [0, 4],
  [3, 4],
  [17, 20],
  [750, 800],
  [801, 1000],
])('for %d the scale ends at %d', (most, scale) => {
  expect(scaleOf(most)).toBe(scale)
})
