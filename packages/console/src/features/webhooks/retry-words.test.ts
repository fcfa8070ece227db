import { expect, test } from 'vitest'
import { retryWords, scheduleWords } from './retry-words.ts'

test('a schedule is described by how many tries and how long', () => {
  expect(retryWords('standard')).toBe('9 retries over 3 d 4 h')
  expect(retryWords('invoice')).toBe('5 retries over 26 h 36 m')
  expect(retryWords({ waitsSeconds: [60], jitter: 0 })).toBe('1 retry over 1 m')
  expect(retryWords({ waitsSeconds: [], jitter: 0 })).toBe('no retries')
  expect(retryWords('step')).toBe('9 retries, then one every 30 m, over 12 h')
  expect(retryWords(null)).toBe('retries as the application has them')
})

test('a schedule says when it is tried again, also where the waits end in a rhythm', () => {
  expect(scheduleWords({ waitsSeconds: [60, 300] })).toBe('Tried again after 1 m, 5 m.')
  expect(scheduleWords({ waitsSeconds: [] })).toBe('')
  expect(scheduleWords('step')).toMatch(/^Tried again after 5 s, 10 s, .*, then every 30 m until 12 h after the first attempt\.$/)
})
