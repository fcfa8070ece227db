/** The most in any time of this length, its end not counted. */
export function mostIn(windowMs: number, times: readonly number[]): number {
  let most = 0
  let from = 0
  for (const [i, at] of times.entries()) {
    while (times[from]! <= at - windowMs) from++
    most = Math.max(most, i - from + 1)
  }
  return most
}
