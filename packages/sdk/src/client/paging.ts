/** A page of a list, and where the pages beside it begin. */
export interface Page<Item> {
  readonly data: readonly Item[]
  /** Asked for next, it answers what follows; null where a list is empty from its beginning. */
  readonly iterator: string | null
  /** Asked for next, it answers what stands before. */
  readonly prevIterator: string | null
  /** Nothing follows in the direction that was asked for. A page may be short, or empty, and not the last. */
  readonly done: boolean
}

/** Every item of a list, a page at a time, as it is asked for. */
export async function* everyItem<Item, Query extends { iterator?: string | undefined }>(
  list: (query: Query) => Promise<Page<Item>>,
  query: Query | undefined,
): AsyncGenerator<Item, void, undefined> {
  let next = query ?? ({} as Query)
  for (;;) {
    const page = await list(next)
    yield* page.data
    if (page.done || page.iterator === null) return
    next = { ...next, iterator: page.iterator }
  }
}
