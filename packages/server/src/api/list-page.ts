import type { Stretch } from '#store'
import { pageAnswer, readPage, rowsOfPage, type PageKey, type PageQuery } from './page.ts'
import type { Answer } from './route.ts'

/** A list that is read by a key of its rows, their id or name. */
interface Listing<Row, Item> {
  readonly kind: PageKey
  readonly natural?: 'ascending' | 'descending'
  /** Where the key stands in a row. */
  readonly by: keyof Row
  /** The rows of a page, and one more if there are more. */
  readonly read: (rows: Stretch) => Promise<readonly Row[]>
  readonly item: (row: Row) => Item | Promise<Item>
}

/** Answers one page of a list. */
export async function listPage<Row, Item>(
  query: PageQuery,
  { kind, natural = 'ascending', by, read, item }: Listing<Row, Item>,
): Promise<Answer> {
  const page = readPage(query, kind, natural)
  const answer = pageAnswer(page, await read(rowsOfPage(page)), { key: (row) => String(row[by]), item })
  return { status: 200, body: { ...answer, data: await Promise.all(answer.data) } }
}

/** A list that stands in memory, in the ascending order of its key: what ships with the program. */
interface ShippedListing<Row, Item> {
  readonly kind: PageKey
  readonly by: keyof Row
  readonly rows: readonly Row[]
  readonly item: (row: Row) => Item
}

/** Answers one page of what ships with the program. */
export function listShipped<Row, Item>(query: PageQuery, { kind, by, rows, item }: ShippedListing<Row, Item>): Promise<Answer> {
  const read = async ({ order, beyond, limit }: Stretch) => {
    const isBeyond = (row: Row) => beyond === null || (order === 'asc' ? String(row[by]) > beyond : String(row[by]) < beyond)
    return (order === 'asc' ? rows : rows.toReversed()).filter(isBeyond).slice(0, limit)
  }
  return listPage(query, { kind, by, read, item })
}
