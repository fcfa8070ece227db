import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { retryPresetNames } from '@posthorn/contract'
import { nextRetry, retryPolicy, type RetryPolicy, type RetryProgress } from './retry-policy.ts'

const half = () => 0.5
const fresh: RetryProgress = { retriesMade: 0, elapsedMs: 0, sawRetryIn: false }
const HOUR = 3_600_000

/** The waits, in seconds, of a delivery that always fails. `retryIn` is what each response asks for; each attempt takes `attemptMs`. */
function waitsOf(
  policy: RetryPolicy,
  options: { unit?: () => number; attemptMs?: number; retryIn?: (n: number) => number | undefined } = {},
): number[] {
  const { unit = half, attemptMs = 0, retryIn = () => undefined } = options
  const waits: number[] = []
  let elapsedMs = 0
  let sawRetryIn = false
  for (;;) {
    elapsedMs += attemptMs
    const retryInSeconds = retryIn(waits.length)
    const next = nextRetry(policy, { retriesMade: waits.length, elapsedMs, sawRetryIn, retryInSeconds }, unit)
    sawRetryIn ||= retryInSeconds !== undefined
    if (next.kind === 'exhausted') return waits
    waits.push(next.waitMs / 1000)
    elapsedMs += next.waitMs
    if (waits.length > 1000) throw new Error('a retry policy that never ends')
  }
}

describe('presets', () => {
  test('R25: step waits 5 s, doubling to 1,280 s, then 30 min, until 12 h in all', () => {
    const waits = waitsOf(retryPolicy('step'))
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, ...Array<number>(22).fill(1800)])
    const total = waits.reduce((a, b) => a + b)
    expect(total).toBeLessThanOrEqual(12 * 3600)
    expect(total + 1800).toBeGreaterThan(12 * 3600)
  })

  test('R25: slow attempts take their part of the 12 h', () => {
    expect(waitsOf(retryPolicy('step'), { attemptMs: 60_000 })).toHaveLength(30)
  })

  test('R61: invoice waits 1 min, 5 min, 30 min, 2 h, 24 h, exactly', () => {
    expect(waitsOf(retryPolicy('invoice'), { unit: Math.random })).toEqual([60, 300, 1800, 7200, 86_400])
  })

  test('R61: standard waits as the example of Standard Webhooks, each wait varied by a fifth at most', () => {
    const nominal = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    expect(waitsOf(retryPolicy('standard'))).toEqual(nominal)
    expect(waitsOf(retryPolicy('standard'), { unit: () => 0 })).toEqual(nominal.map((wait) => wait * 0.8))
    expect(waitsOf(retryPolicy('standard'), { unit: () => 1 - 2 ** -32 })).toEqual(nominal.map((wait) => expect.closeTo(wait * 1.2, 2)))
  })

  test('R86: a plan of 5 retries keeps the first 5 waits', () => {
    expect(waitsOf(retryPolicy('standard', 5))).toEqual([5, 300, 1800, 7200, 18_000])
    expect(waitsOf(retryPolicy('invoice', 5))).toHaveLength(5)
    expect(waitsOf(retryPolicy('step', 12)).slice(-4)).toEqual([1280, 1800, 1800, 1800])
    expect(waitsOf(retryPolicy({ waitsSeconds: [7] }, 5))).toEqual([7])
    expect(waitsOf(retryPolicy('standard', 0))).toEqual([])
  })
})

describe('retry_in', () => {
  test('R26: waits as long as the response says, exactly, whatever the schedule and Retry-After say', () => {
    for (const name of retryPresetNames) {
      expect(nextRetry(retryPolicy(name), { ...fresh, retryInSeconds: 20, retryAfterSeconds: 600 }, half)).toEqual({
        kind: 'retry',
        waitMs: 20_000,
      })
    }
  })

  test('R27: 32 retries, then it is exhausted, although 12 h are long over', () => {
    expect(waitsOf(retryPolicy('step'), { retryIn: () => 7200 })).toEqual(Array<number>(32).fill(7200))
    expect(waitsOf(retryPolicy('invoice'), { retryIn: () => 1 })).toHaveLength(32)
  })

  test('R27: one retry_in is enough for 32 retries of any kind; those without it wait as the schedule says at their place', () => {
    const waits = waitsOf(retryPolicy('step'), { retryIn: (n) => (n === 3 ? 90 : undefined) })
    expect(waits).toEqual([5, 10, 20, 90, 80, 160, 320, 640, 1280, ...Array<number>(23).fill(1800)])
    expect(waits).toHaveLength(32)
  })

  test('R27: a short schedule that is used up repeats its last wait', () => {
    const waits = waitsOf(retryPolicy({ waitsSeconds: [1, 2] }), { retryIn: (n) => (n === 0 ? 9 : undefined) })
    expect(waits).toEqual([9, ...Array<number>(31).fill(2)])
  })

  test('a policy without retries is not talked into one', () => {
    expect(waitsOf(retryPolicy({ waitsSeconds: [] }), { retryIn: () => 1 })).toEqual([])
  })
})

describe('F20: Retry-After', () => {
  test('makes a wait longer', () => {
    expect(nextRetry(retryPolicy('step'), { ...fresh, retryAfterSeconds: 600 }, half)).toEqual({ kind: 'retry', waitMs: 600_000 })
  })

  test('never makes it shorter', () => {
    expect(nextRetry(retryPolicy('invoice'), { ...fresh, retriesMade: 3, retryAfterSeconds: 1 }, half)).toEqual({
      kind: 'retry',
      waitMs: 2 * HOUR,
    })
  })

  test('does not end a delivery before its time: the last try is then at the end of the 12 h', () => {
    expect(nextRetry(retryPolicy('step'), { ...fresh, elapsedMs: HOUR, retryAfterSeconds: 86_400 }, half)).toEqual({
      kind: 'retry',
      waitMs: 11 * HOUR,
    })
  })
})

describe('properties of every policy', () => {
  const settings = fc.oneof(
    fc.constantFrom(...retryPresetNames),
    fc.record({
      waitsSeconds: fc.array(fc.integer({ min: 1, max: 86_400 }), { maxLength: 100 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  )
  const policies = fc.tuple(settings, fc.option(fc.nat(50))).map(([setting, cap]) => retryPolicy(setting, cap))
  const seconds = fc.integer({ min: 1, max: 86_400 })
  const units = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

  test('it ends: after its waits, its total, its cap, or 32 retries once the receiver steers', () => {
    fc.assert(
      fc.property(policies, fc.func(fc.option(seconds, { nil: undefined })), units, (policy, retryIn, unit) => {
        const waits = waitsOf(policy, { unit: () => unit, retryIn })
        expect(waits.length).toBeLessThanOrEqual(100)
        for (const wait of waits) expect(wait * 1000).toBeCloseTo(Math.round(wait * 1000), 6)
      }),
    )
  })

  test('without retry_in no retry is due after the total, and never more than the plan allows', () => {
    fc.assert(
      fc.property(policies, units, fc.integer({ min: 0, max: 60_000 }), (policy, unit, attemptMs) => {
        const waits = waitsOf(policy, { unit: () => unit, attemptMs })
        const total = waits.reduce((a, b) => a + b, 0) * 1000 + waits.length * attemptMs
        if (policy.totalMsMax !== null) expect(total).toBeLessThanOrEqual(policy.totalMsMax)
        if (policy.retriesMax !== null) expect(waits.length).toBeLessThanOrEqual(policy.retriesMax)
        if (policy.tailWaitMs === null)
          expect(waits).toHaveLength(Math.min(policy.waitsMs.length, policy.retriesMax ?? Number.POSITIVE_INFINITY))
      }),
    )
  })

  test('jitter stays within its share of the wait', () => {
    fc.assert(
      fc.property(seconds, fc.double({ min: 0, max: 1, noNaN: true }), units, (wait, jitter, unit) => {
        const next = nextRetry(retryPolicy({ waitsSeconds: [wait], jitter }), fresh, () => unit)
        if (next.kind !== 'retry') throw new Error('not retried')
        expect(Math.abs(next.waitMs - wait * 1000)).toBeLessThanOrEqual(wait * 1000 * jitter + 0.5)
      }),
    )
  })

  test('Retry-After decides neither whether there is a retry, nor for a shorter wait', () => {
    const progresses = fc.record({ retriesMade: fc.nat(60), elapsedMs: fc.nat(13 * HOUR), sawRetryIn: fc.boolean() })
    fc.assert(
      fc.property(policies, progresses, seconds, (policy, progress, retryAfterSeconds) => {
        const without = nextRetry(policy, progress, half)
        const asked = nextRetry(policy, { ...progress, retryAfterSeconds }, half)
        expect(asked.kind).toBe(without.kind)
        if (asked.kind === 'retry' && without.kind === 'retry') {
          expect(asked.waitMs).toBeGreaterThanOrEqual(without.waitMs)
          expect(asked.waitMs).toBeLessThanOrEqual(Math.max(without.waitMs, retryAfterSeconds * 1000))
        }
      }),
    )
  })
})
