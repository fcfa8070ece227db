import { sql, type RawBuilder } from 'kysely'

/** Of a page that is asked for without its content. */
export const noBytes: RawBuilder<number> = sql<number>`0`

/** How much these columns of a row hold, without reading them. */
export function bytesOf(...columns: readonly string[]): RawBuilder<number> {
  const sizes = columns.map((column) => sql`coalesce(octet_length(${sql.ref(column)}), 0)`)
  return sql<number>`${sql.join(sizes, sql` + `)}`
}
