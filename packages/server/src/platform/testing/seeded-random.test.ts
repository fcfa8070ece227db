import { describe, expect, it } from 'vitest'
import { createSeededRandom } from './seeded-random.ts'

describe('seeded randomness', () => {
  it('repeats exactly from its seed, and differs between seeds', () => {
    const draw = (seed: number) => {
      const random = createSeededRandom(seed)
      return [random.unit(), ...random.fill(new Uint8Array(9)), random.unit()]
    }
    expect(draw(1)).toEqual(draw(1))
    expect(new Set([0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 40].map((seed) => draw(seed).join())).size).toBe(6)
  })

  it('is spread evenly over [0, 1) and over bytes', () => {
    const random = createSeededRandom(42)
    const tenths = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 100_000; i++) tenths[Math.floor(random.unit() * 10)]!++
    expect(Math.min(...tenths)).toBeGreaterThan(9_500)
    expect(Math.max(...tenths)).toBeLessThan(10_500)
    expect(new Set(random.fill(new Uint8Array(10_000))).size).toBe(256)
  })
})
