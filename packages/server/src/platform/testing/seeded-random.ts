import type { Random } from '../random.ts'

/** Randomness that a seed repeats exactly (sfc32), for simulations. Never for keys. */
export function createSeededRandom(seed: number): Random {
  let a = seed | 0
  let b = Math.floor(seed / 2 ** 32) | 0
  let c = 0x9e3779b9 | 0
  let counter = 1
  const word = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let i = 0; i < 12; i++) word()
  return {
    fill(target) {
      for (let i = 0; i < target.length; i += 4) {
        const value = word()
        for (let j = 0; j < 4 && i + j < target.length; j++) target[i + j] = (value >>> (8 * j)) & 0xff
      }
      return target
    },
    unit: () => word() / 2 ** 32,
  }
}
