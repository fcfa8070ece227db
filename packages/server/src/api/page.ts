import { connectionName, eventTypeName, planName, secretName, systemName, templateName } from '@posthorn/contract'
import { AppError, idTime, type IdPrefix } from '#domain'
import type { Stretch } from '#store'

/** How to read one page of a list by its key. */
export interface PageRequest {
  readonly limit: number
  /** Rows beyond this key, in the direction of `order`. */
  readonly beyond: string | null
  readonly order: 'asc' | 'desc'
  /** The page lies before `iterator`: it was read backwards, and is turned round for the answer. */
  readonly backwards: boolean
  readonly key: PageKey
}

/** What tells the items of a list apart: their ids, or a name or number, which an iterator shows with its kind before it. */
export type PageKey = IdPrefix | 'connection' | 'event-type' | 'plan' | 'secret' | 'step-kind' | 'system' | 'template' | 'version'

/** Whether a name could be one of the list's. */
const names: Readonly<Partial<Record<PageKey, (text: string) => boolean>>> = {
  connection: (text) => connectionName.safeParse(text).success,
  'event-type': (text) => eventTypeName.safeParse(text).success,
  plan: (text) => planName.safeParse(text).success,
  secret: (text) => secretName.safeParse(text).success,
  'step-kind': (text) => /^[a-z_]{1,40}$/.test(text),
  system: (text) => systemName.safeParse(text).success,
  template: (text) => templateName.safeParse(text).success,
  version: (text) => /^\d{1,15}$/.test(text),
}

/** How a caller asks for a page. */
export interface PageQuery {
  readonly limit: number
  readonly iterator?: string | undefined
  readonly order?: 'ascending' | 'descending'
  /** Where the caller gave the iterator, if not in the query. */
  readonly pointer?: string
}

/**
 * Reads `limit`, `iterator` and `order`. An iterator is the key of an item; with `-` before it the page ends just before that item. One
 * that no page of this list could have answered is refused: read as a position it would be the end, and who syncs by it would believe
 * to have everything.
 */
export function readPage(query: PageQuery, key: PageKey, natural: 'ascending' | 'descending'): PageRequest {
  const ascending = (query.order ?? natural) === 'ascending'
  const backwards = query.iterator?.startsWith('-') ?? false
  const beyond = query.iterator === undefined ? null : keyOf(key, backwards ? query.iterator.slice(1) : query.iterator, query.pointer)
  return { limit: query.limit, beyond, order: ascending === backwards ? 'desc' : 'asc', backwards, key }
}

/** What a page may hold, and one row more, which shows whether there are others. */
export function rowsOfPage({ order, beyond, limit }: PageRequest): Stretch {
  return { order, beyond, limit: limit + 1 }
}

/** The key that an iterator shows, without its `-`. */
function keyOf(key: PageKey, text: string, pointer = '?iterator'): string {
  const isName = names[key]
  if (isName === undefined) {
    if (text.startsWith(`${key}_`) && idTime(text) !== undefined) return text
  } else if (text.startsWith(`${key}:`)) {
    const name = text.slice(key.length + 1)
    if (isName(name)) return name
  }
  const message = `This is no iterator of this list. Give one that a page of it answered, unchanged, or leave it out to begin anew.`
  throw new AppError('validation_error', { fields: [{ pointer, code: 'bad_iterator', message }] })
}

/**
 * Makes the answer of up to `limit + 1` rows that were read in the order of the request: the one too many shows whether there is more.
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
  const shown = (at: string) => (names[request.key] === undefined ? at : `${request.key}:${at}`)
  const next = forwards ?? request.beyond
  return {
    data: kept.map(item),
    iterator: next === null ? null : shown(next),
    prevIterator: back === undefined ? null : `-${shown(back)}`,
    // In the direction that was asked for: going back it means that nothing lies before this page.
    done: !more && stoppedAt === null,
  }
}
