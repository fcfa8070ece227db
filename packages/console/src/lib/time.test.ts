import { describe, expect, test } from 'vitest'
import { clockTime, duration, relativeTime, utcTime } from './time.ts'

describe('a duration', () => {
  test.each([
    [0, '0 ms'],
    [0.14, '0.1 ms'],
    [184, '184 ms'],
    [4_140, '4.1 s'],
    [59_940, '59.9 s'],
    [302_000, '5 m 2 s'],
    [300_000, '5 m'],
    [95_760_000, '26 h 36 m'],
    [3 * 86_400_000 + 4 * 3_600_000, '3 d 4 h'],
    [-184, '-184 ms'],
  ])('of %d ms is %s', (ms, text) => expect(duration(ms)).toBe(text))
})

describe('a moment', () => {
  const now = new Date(2026, 10, 29, 14, 10, 0).getTime()

  test('of today is its time, with seconds', () => expect(clockTime(new Date(2026, 10, 29, 14, 3, 7).getTime(), now)).toBe('14:03:07'))
  test('of another day has the day, and of another year the year', () => {
    expect(clockTime(new Date(2026, 10, 3, 9, 5).getTime(), now)).toBe('3 Nov 09:05')
    expect(clockTime(new Date(2025, 0, 3, 9, 5).getTime(), now)).toBe('3 Jan 2025 09:05')
  })
  test('beside now says how far away it is', () => {
    expect(relativeTime(now - 38_000, now)).toBe('38 s ago')
    expect(relativeTime(now + 250_000, now)).toBe('in 4 m 10 s')
    expect(relativeTime(now - 302_000, now)).toBe('5 m 2 s ago')
    expect(relativeTime(now - 24 * 3_600_000 - 60_000, now)).toBe('24 h ago')
    expect(relativeTime(now - 50 * 3_600_000, now)).toBe('2 d ago')
    expect(relativeTime(now + 400, now)).toBe('now')
  })
  test('in full is in UTC', () => expect(utcTime(Date.UTC(2026, 10, 29, 14, 3, 7, 412))).toBe('2026-11-29 14:03:07.412 UTC'))
})
