let last = { at: Number.NaN, text: '' }

/**
 * Milliseconds since 1970 as ISO 8601 in UTC. The latest is remembered: what happens within a millisecond shares it, and to write it takes as
 * long as to write a small row. Throws `RangeError` as `Date` does.
 */
export function isoText(at: number): string {
  if (last.at !== at) last = { at, text: new Date(at).toISOString() }
  return last.text
}
