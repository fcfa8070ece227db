import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { AppError } from '#domain'
import { createRateLimiter } from '#ingest'
import type { Clock } from '#platform'

/** Too many wrong keys came from an address: it hears when it may show the next one. */
export class TooManyWrongKeys extends AppError {
  readonly retryAfterSeconds: number

  constructor(perMinute: number, retryAfterSeconds: number) {
    super('rate_limited', {
      detail: `More than ${perMinute} wrong keys came from this address within a minute. Wait ${retryAfterSeconds} s, or send a right key: that is taken at any time.`,
    })
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/**
 * Slows down who guesses keys: so many wrong ones a minute from an address, then 429 (S23). Asked only after a key turned out to be
 * wrong, so that nobody with a right key suffers from a neighbour behind the same address.
 */
export function createWrongKeys(clock: Clock, perMinute: number): (address: string) => AppError {
  const limiter = createRateLimiter(clock)
  return (address) => {
    const taken = limiter.take(networkOf(address), { requests: perMinute, seconds: 60 })
    return taken.ok ? new AppError('authentication_failed') : new TooManyWrongKeys(perMinute, taken.retryAfterSeconds)
  }
}

/** One caller has a whole /64 of IPv6 to call from. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  return Buffer.from(ipaddr.parse(address).toByteArray().slice(0, 8)).toString('hex')
}
