/** What a child knows of texts, bounded by how long these are together: a count would let a few of the largest fill its heap. */
export interface WeightedCache<Value> {
  get(key: string): Value | undefined
  /** What was not asked for longest goes for it. What is heavier than all may be is not kept. */
  set(key: string, value: Value, weight: number): void
}

export function createWeightedCache<Value>(weightMax: number): WeightedCache<Value> {
  // In the order of use.
  const entries = new Map<string, { readonly value: Value; readonly weight: number }>()
  let weight = 0

  const remove = (key: string): void => {
    weight -= entries.get(key)?.weight ?? 0
    entries.delete(key)
  }

  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, itsWeight) {
      remove(key)
      if (itsWeight > weightMax) return
      for (const oldest of entries.keys()) {
        if (weight + itsWeight <= weightMax) break
        remove(oldest)
      }
      entries.set(key, { value, weight: itsWeight })
      weight += itsWeight
    },
  }
}
