import { expect, test } from 'vitest'
import { retryWords } from './retry-words.ts'

test('a schedule is told by how many tries and how long', () => {
  expect(retryWords('standard')).toBe('9 retries over 3 d 4 h')
  expect(retryWords('invoice')).toBe('5 retries over 26 h 36 m')
  expect(retryWords({ waitsSeconds: [60], jitter: 0 })).toBe('1 retry over 1 m')
  expect(retryWords({ waitsSeconds: [], jitter: 0 })).toBe('no retries')
  expect(retryWords(null)).toBe('retries as the application has them')
})
