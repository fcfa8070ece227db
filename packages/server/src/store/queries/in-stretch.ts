import type { ReferenceExpression, SelectQueryBuilder } from 'kysely'
import type { Stretch } from '../stretch.ts'

/** The rows of `select` in this stretch, in its order. */
export function inStretch<DB, TB extends keyof DB, Row>(
  select: SelectQueryBuilder<DB, TB, Row>,
  key: ReferenceExpression<DB, TB> & string,
  { order, beyond, upTo = null, from = null, until = null, limit }: Stretch,
): SelectQueryBuilder<DB, TB, Row> {
  let rows = select.orderBy(key as never, order).limit(limit)
  if (beyond !== null) rows = rows.where(key, order === 'asc' ? '>' : '<', beyond as never)
  if (upTo !== null) rows = rows.where(key, order === 'asc' ? '<=' : '>=', upTo as never)
  if (from !== null) rows = rows.where(key, '>=', from as never)
  if (until !== null) rows = rows.where(key, '<', until as never)
  return rows
}

/** The id of the last row of a stretch that is full; null if it is not. Found by the index alone. */
export async function endOfWindow<DB, TB extends keyof DB>(
  ids: SelectQueryBuilder<DB, TB, { id: string }>,
  key: ReferenceExpression<DB, TB> & string,
  stretch: Stretch,
): Promise<string | null> {
  const [last] = await inStretch(ids, key, stretch)
    .limit(1)
    .offset(stretch.limit - 1)
    .execute()
  return last?.id ?? null
}
