const DISTANCE_MAX = 3

/**
 * Which of the names was meant by one that is unknown; undefined if none is near.
 *
 * @example nearestName('dryrun', ['kind', 'dryRun']) // 'dryRun'
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  // An unknown name of a caller may be of any length, and comparing takes time by the product of both.
  if (name.length > 100) return undefined
  // Two letters in each other's place are a distance of two; more than a third of the letters are another name.
  const most = name.length < 4 ? 1 : Math.min(DISTANCE_MAX, Math.max(2, Math.floor(name.length / 3)))
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const one of names) {
    const distance = editDistance(name.toLowerCase(), one.toLowerCase(), most)
    if (distance <= most && (best === undefined || distance < best.distance)) best = { name: one, distance }
  }
  return best?.name
}

/** Infinity, if it is more than `most`: further than that from the diagonal nothing is computed, so a thousand long names cost no time. */
function editDistance(a: string, b: string, most: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => (j <= most ? j : Infinity))
  for (let i = 1; i <= a.length; i++) {
    const next = Array.from(row, () => Infinity)
    if (i <= most) next[0] = i
    for (let j = Math.max(1, i - most); j <= Math.min(b.length, i + most); j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]!
}
