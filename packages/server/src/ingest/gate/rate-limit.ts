import type { Clock } from '#platform'

export interface RateLimit {
  readonly requests: number
  readonly seconds: number
}

export interface RateLimiter {
  /** Takes one request of `caller` under the limit; otherwise says how many seconds to wait. */
  take(caller: string, limit: RateLimit): { readonly ok: true } | { readonly ok: false; readonly retryAfterSeconds: number }
  readonly callers: number
}

interface Bucket {
  tokens: number
  at: number
}

const CALLERS_MAX = 100_000

/**
 * A bucket for each listener and caller: as many requests at once as the limit says, refilled evenly. The map is bounded, and
 * the bucket not used for longest goes first: it has refilled the most, so forgetting it gives the least away.
 */
export function createRateLimiter(clock: Clock, callersMax = CALLERS_MAX): RateLimiter {
  const buckets = new Map<string, Bucket>()
  return {
    take(caller, limit) {
      const now = clock.monotonic()
      const perMs = limit.requests / (limit.seconds * 1000)
      const before = buckets.get(caller)
      const tokens = before === undefined ? limit.requests : Math.min(limit.requests, before.tokens + (now - before.at) * perMs)
      const ok = tokens >= 1
      // Re-inserting keeps the order of use; a Map iterates in order of insertion.
      buckets.delete(caller)
      buckets.set(caller, { tokens: ok ? tokens - 1 : tokens, at: now })
      if (buckets.size > callersMax) buckets.delete(buckets.keys().next().value!)
      return ok ? { ok } : { ok, retryAfterSeconds: Math.max(1, Math.ceil((1 - tokens) / perMs / 1000)) }
    },
    get callers() {
      return buckets.size
    },
  }
}
