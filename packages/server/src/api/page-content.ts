import type { Looked } from './look-through.ts'
import type { PageRequest } from './page.ts'

/** Stored content of one answer: read, put together and written while nobody else has a turn. */
const PAGE_BYTES_MAX = 1024 * 1024

/** What a page is made of before its content is read. */
export interface Sized {
  readonly bytes: number
}

/**
 * Ends a page where its content would be more than one answer holds, after one item at least. What is left out comes with the next page:
 * the iterator goes on where this one ends, as if it had been asked for so many.
 */
export function cutToContent<Row extends Sized, Page extends PageRequest>(
  page: Page,
  { rows, stoppedAt }: Looked<Row>,
): { readonly page: Page; readonly looked: Looked<Row> } {
  let bytes = 0
  const cut = rows.findIndex((row, index) => (bytes += row.bytes) > PAGE_BYTES_MAX && index > 0)
  if (cut === -1 || cut >= page.limit) return { page, looked: { rows, stoppedAt } }
  return { page: { ...page, limit: cut }, looked: { rows: rows.slice(0, cut + 1), stoppedAt: null } }
}
