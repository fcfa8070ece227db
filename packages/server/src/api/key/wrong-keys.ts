import { AppError } from '#domain'
import { createRateLimiter, networkOf } from '#ingest'
import type { Clock } from '#platform'
import { RateLimited } from '../caller/rate-limited.ts'

/**
 * Slows down who guesses keys: so many wrong ones a minute from an address, then 429 (S23). Asked only after a key turned out to be
 * wrong, so that nobody with a right key suffers from a neighbour behind the same address.
 */
export function createWrongKeys(clock: Clock, perMinute: number): (address: string) => AppError {
  const limiter = createRateLimiter(clock)
  return (address) => {
    const taken = limiter.take(networkOf(address), { requests: perMinute, seconds: 60 })
    if (taken.ok) return new AppError('authentication_failed')
    const seconds = taken.retryAfterSeconds
    const detail = `More than ${perMinute} wrong keys came from this address within a minute. Wait ${seconds} s, or send a right key: that is taken at any time.`
    return new RateLimited(detail, seconds)
  }
}
