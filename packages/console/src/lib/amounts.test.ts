import { expect, test } from 'vitest'
import { bytes, count, counted, share } from './amounts.ts'

test('counts are grouped, and agree with their noun', () => {
  expect(count(11_482)).toBe('11,482')
  expect([counted(1, 'flow'), counted(9, 'flow'), counted(0, 'entry', 'entries')]).toEqual(['1 flow', '9 flows', '0 entries'])
})

test('bytes are in units of a thousand', () => {
  expect([412, 1_840, 10_400_000, 999_999, 2_000_000_000].map(bytes)).toEqual(['412 B', '1.8 kB', '10.4 MB', '1 MB', '2 GB'])
})

test('a share of almost all is never shown as all', () => {
  expect([share(1, 1), share(99_999, 100_000), share(0, 10), share(0, 0), share(2, 3)]).toEqual(['100%', '99.9%', '0%', '0%', '66.7%'])
})
