/** What stands in the heap. `place` belongs to the heap: where the item stands, or -1. */
export interface Scheduled {
  readonly lane: string
  nextDue: number
  place: number
}

/** Items by `nextDue`, then by lane, the earliest first. Each item knows its place, so that it moves or leaves in log(n) and nothing stale stays. */
export interface DueHeap<Item extends Scheduled> {
  readonly first: Item | undefined
  readonly size: number
  /** Puts the item where its `nextDue` belongs now; adds it if it was not here. */
  put(item: Item): void
  remove(item: Item): void
}

export function createDueHeap<Item extends Scheduled>(): DueHeap<Item> {
  const items: Item[] = []

  const before = (a: Item, b: Item): boolean => a.nextDue < b.nextDue || (a.nextDue === b.nextDue && a.lane < b.lane)

  const set = (item: Item, place: number): void => {
    items[place] = item
    item.place = place
  }

  const rise = (item: Item): void => {
    let place = item.place
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!before(item, items[parent]!)) break
      set(items[parent]!, place)
      place = parent
    }
    set(item, place)
  }

  const sink = (item: Item): void => {
    let place = item.place
    for (;;) {
      let child = place * 2 + 1
      if (child >= items.length) break
      if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child++
      if (!before(items[child]!, item)) break
      set(items[child]!, place)
      place = child
    }
    set(item, place)
  }

  return {
    get first() {
      return items[0]
    },
    get size() {
      return items.length
    },
    put(item) {
      if (item.place < 0) set(item, items.length)
      rise(item)
      sink(item)
    },
    remove(item) {
      if (item.place < 0) return
      const place = item.place
      const last = items.pop()!
      item.place = -1
      if (last === item) return
      set(last, place)
      rise(last)
      sink(last)
    },
  }
}
