import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { AppError } from '#domain'
import { createRateLimiter } from '#ingest'
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

/** One caller has a whole /64 of IPv6 to call from. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  return Buffer.from(ipaddr.parse(address).toByteArray().slice(0, 8)).toString('hex')
}
