const BATCH_MAX = 100

interface Batch<Value> {
  readonly ids: Set<string>
  readonly answer: Promise<ReadonlyMap<string, Value>>
}

const open = new Map<string, Batch<unknown>>()

interface Asking<Value> {
  /** What is asked together: everything under one key. */
  readonly key: string
  readonly ask: (ids: string[]) => Promise<ReadonlyMap<string, Value>>
  /** Until when others may join; absent: in the same turn. */
  readonly withinMs?: number
}

/** What is asked of one thing by many rows at once is one call for up to a hundred of them. Undefined: the answer has it not. */
export async function inBatch<Value>(id: string, { key, ask, withinMs }: Asking<Value>): Promise<Value | undefined> {
  let batch = open.get(key) as Batch<Value> | undefined
  if (batch === undefined || batch.ids.size === BATCH_MAX) {
    const ids = new Set<string>()
    const joined = withinMs === undefined ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, withinMs))
    const answer = joined.then(() => {
      if (open.get(key)?.ids === ids) open.delete(key)
      return ask([...ids])
    })
    open.set(key, (batch = { ids, answer }))
  }
  batch.ids.add(id)
  return (await batch.answer).get(id)
}
