import { describe, expect, it } from 'vitest'
import { afterDuration, readMoment } from './moment.ts'

const at = (text: string): number => Date.parse(text)
const MINUTE = 60_000

describe('durations', () => {
  it.each<[value: unknown, ms: number]>([
    [0, 0],
    [1.5, 1500],
    ['90', 90_000],
    ['PT0S', 0],
    ['PT1.5S', 1500],
    ['PT90M', 90 * MINUTE],
    ['P1DT1H1M1S', 86_400_000 + 3_661_000],
    ['P2W', 14 * 86_400_000],
    [' PT1H ', 60 * MINUTE],
  ])('%j', (value, ms) => expect(afterDuration(value, 1000)).toBe(1000 + ms))

  it.each<[from: string, value: string, to: string]>([
    ['2026-01-31T10:00:00Z', 'P1M', '2026-02-28T10:00:00Z'],
    ['2027-12-31T10:00:00Z', 'P2M', '2028-02-29T10:00:00Z'],
    ['2028-02-29T10:00:00Z', 'P1Y', '2029-02-28T10:00:00Z'],
    ['2026-10-15T10:00:00Z', 'P3MT1H', '2027-01-15T11:00:00Z'],
  ])('%s and %s is %s', (from, value, to) => expect(afterDuration(value, at(from))).toBe(at(to)))

  it.each<unknown>([
    '',
    'P',
    'PT',
    'P1DT',
    '1h',
    'PT1.H',
    '-1',
    -1,
    NaN,
    Infinity,
    1e300,
    null,
    {},
    [],
    true,
    '1e3',
    'P99999999999D',
    `PT${'1'.repeat(100_000)}S`,
  ])('%j is none', (value) => expect(afterDuration(value, 0)).toBeUndefined())
})

describe('moments', () => {
  it.each<[value: unknown, ms: number]>([
    ['2026-12-24T18:00:00Z', at('2026-12-24T18:00:00Z')],
    ['2026-12-24 18:00+01:00', at('2026-12-24T17:00:00Z')],
    ['2026-12-24t18:00:00.25z', at('2026-12-24T18:00:00.250Z')],
    [1_700_000_000_000, 1_700_000_000_000],
    [0, 0],
  ])('%j', (value, ms) => expect(readMoment(value)).toBe(ms))

  it.each<unknown>(['', '2026-12-24', '2026-12-24T18:00:00', 'tomorrow', '2026-13-40T99:00:00Z', NaN, Infinity, 1e300, null, {}, true])(
    '%j is none',
    (value) => expect(readMoment(value)).toBeUndefined(),
  )
})
