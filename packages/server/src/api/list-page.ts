import type { ReferenceExpression, SelectQueryBuilder } from 'kysely'
import { pageAnswer, readPage, type PageKey, type PageQuery, type PageRequest } from './page.ts'
import type { Answer } from './route.ts'

/** A list that is read by a key of its rows, their id or name. */
interface Listing<Row, Item> {
  readonly kind: PageKey
  readonly natural?: 'ascending' | 'descending'
  /** Where the key stands in a row. */
  readonly by: keyof Row
  /** The rows of a page, and one more if there are more. */
  readonly read: (page: PageRequest) => Promise<readonly Row[]>
  readonly item: (row: Row) => Item | Promise<Item>
}

/** Answers one page of a list. */
export async function listPage<Row, Item>(
  query: PageQuery,
  { kind, natural = 'ascending', by, read, item }: Listing<Row, Item>,
): Promise<Answer> {
  const page = readPage(query, kind, natural)
  const answer = pageAnswer(page, await read(page), { key: (row) => String(row[by]), item })
  return { status: 200, body: { ...answer, data: await Promise.all(answer.data) } }
}

/** The rows of a page, and one more if there are more. */
export function rowsOfPage<DB, TB extends keyof DB, Row>(
  rows: SelectQueryBuilder<DB, TB, Row>,
  by: ReferenceExpression<DB, TB> & string,
  { order, beyond, limit, key }: PageRequest,
): Promise<Row[]> {
  const inOrder = rows.orderBy(by as never, order).limit(limit + 1)
  if (beyond === null) return inOrder.execute()
  return inOrder.where(by, order === 'asc' ? '>' : '<', (key === 'version' ? Number(beyond) : beyond) as never).execute()
}
