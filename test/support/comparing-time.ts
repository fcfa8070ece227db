/** A text of this length makes a comparison that stops at the first difference a hundred times as fast as one that stops at the last. */
const LENGTH = 16 * 1024
const SAMPLES = 800
/** Of the samples, in which nothing came between: the rest tells of the machine. */
const UNDISTURBED = 0.7

export interface ComparingTime {
  /** Welch's t of the two kinds of comparison. */
  readonly t: number
  /** By how much of the slower one the faster one is faster, from 0 to 1. */
  readonly gap: number
}

/**
 * How the time that `equal` takes depends on where two texts differ: at their first character, or at their last. The samples take turns,
 * so that whatever happens to the machine happens to both kinds.
 */
export function comparingTime(equal: (a: string, b: string) => boolean): ComparingTime {
  const text = (first: string, last: string) => Buffer.from(`${first}${'a'.repeat(LENGTH - 2)}${last}`).toString('latin1')
  const expected = text('a', 'a')
  const kinds = { first: text('b', 'a'), last: text('a', 'b') }
  const took = { first: [] as number[], last: [] as number[] }
  for (let i = -100; i < SAMPLES; i++) {
    // Neither kind is always the one behind the other.
    for (const kind of i % 2 === 0 ? (['first', 'last'] as const) : (['last', 'first'] as const)) {
      const began = process.hrtime.bigint()
      if (equal(kinds[kind], expected)) throw new Error('They are not equal.')
      const ns = Number(process.hrtime.bigint() - began)
      // The first rounds tell how the compiler works.
      if (i >= 0) took[kind].push(ns)
    }
  }
  const [first, last] = [undisturbed(took.first), undisturbed(took.last)]
  const [a, b] = [mean(first), mean(last)]
  const t = (a - b) / Math.sqrt(variance(first, a) / first.length + variance(last, b) / last.length)
  return { t: Math.abs(t), gap: 1 - Math.min(a, b) / Math.max(a, b) }
}

function undisturbed(samples: readonly number[]): readonly number[] {
  return samples.toSorted((a, b) => a - b).slice(0, Math.floor(samples.length * UNDISTURBED))
}

const mean = (samples: readonly number[]): number => samples.reduce((sum, one) => sum + one, 0) / samples.length

function variance(samples: readonly number[], around: number): number {
  return samples.reduce((sum, one) => sum + (one - around) ** 2, 0) / (samples.length - 1)
}

/** Both far from chance and large: how texts lie in memory is seen by the first alone. */
export function tellsWhere({ t, gap }: ComparingTime): boolean {
  return t > 10 && gap > 0.2
}
