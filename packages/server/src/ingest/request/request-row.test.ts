import { expect, it } from 'vitest'
import { tookMs } from './request-row.ts'

it.each([
  [1000, 1040, 40],
  [1000, 1000, 0],
  // The clock was set back while the body came.
  [1000, 400, 0],
])('a request that came at %d and is answered at %d took %d ms', (receivedAt, now, took) => {
  expect(tookMs({ receivedAt }, now)).toBe(took)
})
