import { expect, test } from 'vitest'
import { createFakeClock } from '#platform/testing'
import { createRateLimiter } from './rate-limit.ts'

const limit = { requests: 100, seconds: 60 }

test('R107: takes as many as the limit says, then says how long to wait, and takes again after it', () => {
  const clock = createFakeClock()
  const limiter = createRateLimiter(clock)
  for (let i = 0; i < 100; i++) expect(limiter.take('a', limit)).toEqual({ ok: true })
  expect(limiter.take('a', limit)).toEqual({ ok: false, retryAfterSeconds: 1 })
  clock.advance(601)
  expect(limiter.take('a', limit)).toEqual({ ok: true })
  expect(limiter.take('a', limit).ok).toBe(false)
})

test('R107: a refused request does not cost, so a caller that hammers still gets its share', () => {
  const clock = createFakeClock()
  const limiter = createRateLimiter(clock)
  const once = { requests: 1, seconds: 10 }
  limiter.take('a', once)
  for (let i = 0; i < 50; i++) limiter.take('a', once)
  expect(limiter.take('a', once)).toEqual({ ok: false, retryAfterSeconds: 10 })
  clock.advance(10_000)
  expect(limiter.take('a', once).ok).toBe(true)
})

test('R107: callers do not share a bucket, and unused time does not add up beyond the limit', () => {
  const clock = createFakeClock()
  const limiter = createRateLimiter(clock)
  for (let i = 0; i < 100; i++) limiter.take('a', limit)
  expect(limiter.take('b', limit).ok).toBe(true)
  clock.advance(3_600_000)
  let taken = 0
  while (limiter.take('a', limit).ok) taken++
  expect(taken).toBe(100)
})

test('F24: the number of callers that are remembered is bounded', () => {
  const limiter = createRateLimiter(createFakeClock(), 100)
  for (let i = 0; i < 10_000; i++) limiter.take(`caller ${i}`, limit)
  expect(limiter.callers).toBe(100)
})
