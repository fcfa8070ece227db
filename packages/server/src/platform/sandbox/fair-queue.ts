/** First come, first served for each owner, and the owners take turns: one with a thousand slow jobs delays each of the others by one. */
export interface FairQueue<Item> {
  readonly size: number
  push(owner: string, item: Item): void
  shift(): Item | undefined
  /** Takes all that wait. */
  drain(): readonly Item[]
}

export function createFairQueue<Item>(): FairQueue<Item> {
  // A Map iterates in order of insertion: the owner whose turn it is stands first, and goes to the end with what is left of his.
  const lines = new Map<string, Item[]>()
  let size = 0
  return {
    get size() {
      return size
    },
    push(owner, item) {
      const line = lines.get(owner)
      if (line === undefined) lines.set(owner, [item])
      else line.push(item)
      size++
    },
    shift() {
      for (const [owner, line] of lines) {
        lines.delete(owner)
        const item = line.shift()
        if (line.length > 0) lines.set(owner, line)
        size--
        return item
      }
      return undefined
    },
    drain() {
      const waiting = [...lines.values()].flat()
      lines.clear()
      size = 0
      return waiting
    },
  }
}
