import { AppError } from '#domain'

/** How to read one page of a list by its key. */
export interface PageRequest {
  readonly limit: number
  /** Rows beyond this key, in the direction of `order`. */
  readonly beyond: string | null
  readonly order: 'asc' | 'desc'
  /** The page lies before `iterator`: it was read backwards, and is turned round for the answer. */
  readonly backwards: boolean
}

/** Reads `limit`, `iterator` and `order`. An iterator is the key of an item; with `-` before it the page ends just before that item. */
export function readPage(
  query: { limit: number; iterator?: string | undefined; order?: 'ascending' | 'descending' },
  natural: 'ascending' | 'descending',
): PageRequest {
  const ascending = (query.order ?? natural) === 'ascending'
  const backwards = query.iterator?.startsWith('-') ?? false
  const beyond = query.iterator === undefined ? null : backwards ? query.iterator.slice(1) : query.iterator
  if (beyond === '')
    throw new AppError('validation_error', {
      fields: [{ pointer: '?iterator', code: 'bad_iterator', message: 'Give the iterator that a page answered, unchanged.' }],
    })
  return { limit: query.limit, beyond, order: ascending === backwards ? 'desc' : 'asc', backwards }
}

/**
 * Makes the answer of up to `limit + 1` rows that were read in the order of the request: the one too many tells whether there is more.
 * A page may have come back short, because the looking `stoppedAt` an id: then it is not done, and its iterator goes on from there.
 */
export function pageAnswer<Row, Item>(
  request: PageRequest,
  rows: readonly Row[],
  shape: { readonly key: (row: Row) => string; readonly item: (row: Row) => Item; readonly stoppedAt?: string | null },
) {
  const { key, item, stoppedAt = null } = shape
  const more = rows.length > request.limit
  const kept = rows.slice(0, request.limit)
  if (request.backwards) kept.reverse()
  const [first, last] = kept.length === 0 ? [] : [key(kept[0]!), key(kept.at(-1)!)]
  const [forwards, back] = request.backwards ? [last, stoppedAt ?? first] : [stoppedAt ?? last, first]
  return {
    data: kept.map(item),
    iterator: forwards ?? request.beyond,
    prevIterator: back === undefined ? null : `-${back}`,
    // In the direction that was asked for: going back it means that nothing lies before this page.
    done: !more && stoppedAt === null,
  }
}
