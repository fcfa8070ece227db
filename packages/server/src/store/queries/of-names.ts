import type { ReferenceExpression, SelectQueryBuilder } from 'kysely'

/** Those rows of `select` whose id or uid is among the names; all of them where none are given. */
export function ofNames<DB, TB extends keyof DB, Row>(
  select: SelectQueryBuilder<DB, TB, Row>,
  names: readonly string[] | undefined,
): SelectQueryBuilder<DB, TB, Row> {
  if (names === undefined || names.length === 0) return select
  const column = (name: 'id' | 'uid') => name as ReferenceExpression<DB, TB>
  return select.where((is) => is.or([is(column('id'), 'in', names as never), is(column('uid'), 'in', names as never)]))
}
