import { randomFillSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createIds, firstIdAt, idBits, idTime, isId } from './ids.ts'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const valueOf = (id: string) =>
  Array.from(id.slice(id.indexOf('_') + 1)).reduce((value, digit) => value * 62n + BigInt(DIGITS.indexOf(digit)), 0n)
const parts = (id: string) => {
  const value = valueOf(id)
  return {
    time: Number(value >> 80n),
    version: Number((value >> 76n) & 0xfn),
    counter: Number((value >> 64n) & 0xfffn),
    variant: Number((value >> 62n) & 3n),
    random: value & ((1n << 62n) - 1n),
  }
}
const fill = (target: Uint8Array) => randomFillSync(target)
const TIME_MAX = 2 ** 48 - 2

/** Ids made while the clock shows `times`, one after the other. */
const made = (times: readonly number[], source: (target: Uint8Array) => Uint8Array = fill) => {
  let i = 0
  const ids = createIds({ now: () => times[i++]!, fill: source })
  return times.map(() => ids.make('msg'))
}

const time = fc.oneof(fc.integer({ min: 1, max: TIME_MAX }), fc.integer({ min: 1_790_000_000_000, max: 1_790_000_000_010 }))
/** A clock that stands, goes on and goes back. */
const clock = fc
  .tuple(
    time,
    fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: -3, max: 3 }), fc.integer({ min: -1e6, max: 1e6 })), {
      minLength: 1,
      maxLength: 300,
    }),
  )
  .map(([start, steps]) => {
    let now = start
    return steps.map((step) => (now = Math.min(Math.max(now + step, 1), TIME_MAX)))
  })
const source = fc.constantFrom(
  fill,
  (target: Uint8Array) => target.fill(0),
  (target: Uint8Array) => target.fill(255),
)

describe('ids', () => {
  test('are UUIDv7 in 22 base62 digits after their prefix', () => {
    fc.assert(
      fc.property(time, source, (now, from) => {
        const [id] = made([now], from)
        expect(id).toMatch(/^msg_[0-9A-Za-z]{22}$/)
        expect(parts(id!)).toMatchObject({ time: now, version: 7, variant: 2 })
        expect(idTime(id!)).toBe(now)
        expect(idBits(id!)).toBe(valueOf(id!).toString(16).padStart(32, '0'))
        expect(isId('msg', id!)).toBe(true)
        expect(isId('app', id!)).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  test('are unique and sorted in the order they were made, whatever the clock does and even if all random bits are equal', () => {
    fc.assert(
      fc.property(clock, source, (times, from) => {
        const ids = made(times, from)
        for (let i = 1; i < ids.length; i++) expect(ids[i]! > ids[i - 1]!).toBe(true)
      }),
    )
  })

  test('show the time at which they were made while the clock goes on, and never an earlier one than before while it goes back', () => {
    fc.assert(
      fc.property(clock, (times) => {
        let highest = 0
        for (const [i, id] of made(times).entries()) {
          highest = Math.max(highest, times[i]!)
          expect(idTime(id)).toBe(highest)
        }
      }),
    )
  })

  test('go on in the next millisecond when one is used up: 100,000 in a millisecond that does not end', () => {
    const ids = made(Array<number>(100_000).fill(1_790_000_000_000))
    for (let i = 1; i < ids.length; i++) if (!(ids[i]! > ids[i - 1]!)) throw new Error(`${ids[i - 1]} is not before ${ids[i]}`)
    expect(idTime(ids.at(-1)!)! - 1_790_000_000_000).toBeLessThanOrEqual(100_000 / 2048)
    for (const id of ids) expect(parts(id)).toMatchObject({ version: 7, variant: 2 })
  })

  test('hold the random bits that were drawn: 62 for each, no bit constant', () => {
    const seen = made(Array<number>(2000).fill(1_790_000_000_000)).map((id) => parts(id).random)
    expect(new Set(seen).size).toBe(2000)
    for (let bit = 0n; bit < 62n; bit++) {
      const ones = seen.filter((random) => (random >> bit) & 1n).length
      expect(ones).toBeGreaterThan(800)
      expect(ones).toBeLessThan(1200)
    }
    expect(parts(made([5], (target) => target.fill(0))[0]!).random).toBe(0n)
    expect(parts(made([5], (target) => target.fill(255))[0]!).random).toBe((1n << 62n) - 1n)
  })

  test('begin each millisecond in the lower half of the counter, so that there is room for 2,048 more', () => {
    for (const id of made(Array.from({ length: 500 }, (_, i) => 1000 + i))) expect(parts(id).counter).toBeLessThan(2048)
  })
})

describe('idTime and firstIdAt', () => {
  test.each(['', 'msg_', 'msg_abc', 'msg_0123456789abcdefghij-+', `msg_${'z'.repeat(22)}`, '0'.repeat(23)])('%j is no id', (text) => {
    expect(idTime(text)).toBeUndefined()
  })

  test('the first id at a time sorts after all that came before it and before all that were made then', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: TIME_MAX }), source, (now, from) => {
        const bound = firstIdAt('msg', now)
        expect(idTime(bound)).toBe(now)
        expect(made([now], from)[0]! > bound).toBe(true)
        expect(made([now - 1], from)[0]! < bound).toBe(true)
      }),
    )
  })

  test('a time before 1970 is 1970', () => {
    expect(firstIdAt('msg', -5)).toBe(`msg_${'0'.repeat(22)}`)
  })
})
