/**
 * First come, first served for each owner; among owners, whose next job is cheapest is next: what an owner used lately and what its next job is
 * expected to take, less a little for each second that it has waited. Turns alone would be fair in count and not in cost: forty owners whose
 * jobs run to their limit made a job of three milliseconds wait for seven seconds.
 */
export interface FairQueue<Item> {
  readonly size: number
  /** Gives back what has no place: of the owner with the most jobs, the newest. */
  push(owner: string, item: Item): Item | undefined
  /** `admits`: whose jobs may be taken now; absent: everybody's. */
  shift(admits?: (owner: string) => boolean): Item | undefined
  /** Takes all that wait. */
  drain(): readonly Item[]
}

export interface FairQueueOptions {
  readonly sizeMax: number
  readonly monotonic: () => number
  /** What an owner used lately, and what its next job is expected to take. */
  readonly costMs: (owner: string) => number
}

/** So many milliseconds of waiting weigh as one of use, so that nobody waits for ever. */
const WAITED_PER_USED = 50

interface Line<Item> {
  readonly items: Item[]
  /** Since when its first item waits for nobody of its own owner. */
  since: number
}

export function createFairQueue<Item>({ sizeMax, monotonic, costMs }: FairQueueOptions): FairQueue<Item> {
  // A Map iterates in order of insertion: among owners of equal cost the one that waits longest, who goes to the end with what is left of his.
  const lines = new Map<string, Line<Item>>()
  let size = 0

  const remove = (owner: string, line: Line<Item>): void => {
    size--
    if (line.items.length === 0) lines.delete(owner)
  }

  /** Undefined: the owner's own line is the longest. */
  const longerThan = (length: number): [string, Line<Item>] | undefined => {
    let longest: [string, Line<Item>] | undefined
    for (const entry of lines) if (entry[1].items.length > (longest?.[1].items.length ?? length)) longest = entry
    return longest
  }

  const next = (admits: (owner: string) => boolean): [string, Line<Item>] | undefined => {
    const now = monotonic()
    let best: [string, Line<Item>] | undefined
    let bestCost = Infinity
    for (const entry of lines) {
      const [owner, { since }] = entry
      const cost = costMs(owner) - (now - since) / WAITED_PER_USED
      if (cost < bestCost && admits(owner)) [best, bestCost] = [entry, cost]
    }
    return best
  }

  return {
    get size() {
      return size
    },
    push(owner, item) {
      let displaced: Item | undefined
      if (size >= sizeMax) {
        const longest = longerThan((lines.get(owner)?.items.length ?? 0) + 1)
        if (longest === undefined) return item
        displaced = longest[1].items.pop()
        remove(...longest)
      }
      const line = lines.get(owner)
      if (line === undefined) lines.set(owner, { items: [item], since: monotonic() })
      else line.items.push(item)
      size++
      return displaced
    },
    shift(admits = () => true) {
      const found = next(admits)
      if (found === undefined) return undefined
      const [owner, line] = found
      const item = line.items.shift()
      lines.delete(owner)
      if (line.items.length > 0) lines.set(owner, { items: line.items, since: monotonic() })
      size--
      return item
    },
    drain() {
      const waiting = [...lines.values()].flatMap(({ items }) => items)
      lines.clear()
      size = 0
      return waiting
    },
  }
}
