import type { Clock } from '#platform'

/** A clock that another thread sets: wall and monotonic time, as two doubles. For tests, which move it. */
export function clockOver(time: SharedArrayBuffer): Clock {
  const [wall, monotonic] = [0, 1]
  const times = new Float64Array(time)
  return {
    now: () => times[wall]!,
    monotonic: () => times[monotonic]!,
    processor: () => times[monotonic]!,
    after() {
      throw new Error('The store sets no timer.')
    },
  }
}
