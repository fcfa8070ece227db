import { randomFillSync } from 'node:crypto'

/** Randomness as the rooms see it: handed in, so that a seed can replay a run. */
export interface Random {
  /** Fills and returns `target` with random bytes. */
  fill(target: Uint8Array): Uint8Array
  /** A number in [0, 1), for jitter. */
  unit(): number
}

const POOL_BYTES = 8192

/** The machine's cryptographic randomness, drawn through a pool because one system call for each id is slow. */
export function systemRandom(): Random {
  const pool = new Uint8Array(POOL_BYTES)
  let used = POOL_BYTES
  const fill = (target: Uint8Array): Uint8Array => {
    if (target.length > POOL_BYTES) return randomFillSync(target)
    if (used + target.length > POOL_BYTES) {
      randomFillSync(pool)
      used = 0
    }
    target.set(pool.subarray(used, used + target.length))
    used += target.length
    return target
  }
  const word = new Uint8Array(4)
  const view = new DataView(word.buffer)
  return {
    fill,
    unit() {
      fill(word)
      return view.getUint32(0) / 2 ** 32
    },
  }
}
