import type { ReferenceExpression, SelectQueryBuilder } from 'kysely'
import { pageAnswer, readPage, type PageKey, type PageQuery, type PageRequest } from './page.ts'
import type { Answer } from './route.ts'

/** A list that is read by a key of its rows, their id or name. */
interface Listing<DB, TB extends keyof DB, Row, By, Item> {
  readonly kind: PageKey
  readonly natural?: 'ascending' | 'descending'
  /** All of it. */
  readonly rows: SelectQueryBuilder<DB, TB, Row>
  /** The column of the key. */
  readonly by: By
  readonly item: (row: Row) => Item | Promise<Item>
}

/** Answers one page of a list. */
export async function listPage<DB, TB extends keyof DB, Row, By extends ReferenceExpression<DB, TB> & keyof Row & string, Item>(
  query: PageQuery,
  { kind, natural = 'ascending', rows, by, item }: Listing<DB, TB, Row, By, Item>,
): Promise<Answer> {
  const page = readPage(query, kind, natural)
  const read = await rowsOfPage(rows, by, page).execute()
  const answer = pageAnswer(page, read, { key: (row) => String(row[by]), item })
  return { status: 200, body: { ...answer, data: await Promise.all(answer.data) } }
}

/** The rows of a page, and one more if there are more. */
export function rowsOfPage<DB, TB extends keyof DB, Row>(
  rows: SelectQueryBuilder<DB, TB, Row>,
  by: ReferenceExpression<DB, TB> & string,
  { order, beyond, limit, key }: PageRequest,
): SelectQueryBuilder<DB, TB, Row> {
  const inOrder = rows.orderBy(by as never, order).limit(limit + 1)
  if (beyond === null) return inOrder
  return inOrder.where(by, order === 'asc' ? '>' : '<', (key === 'version' ? Number(beyond) : beyond) as never)
}
