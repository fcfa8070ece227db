import { z } from 'zod'

/** How a list is asked for, a page at a time. `iterator` is what the page before answered; with a `-` before it the page goes back. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1, 'A page has 1 to 250 items.').max(250, 'A page has 1 to 250 items.').default(50),
  iterator: z.string().max(300).optional(),
})

/** Lists of configuration can be read in both orders; logs are newest first. */
export const orderedPageQuery = pageQuery.extend({ order: z.enum(['ascending', 'descending']).default('ascending') })

/** A page: its items, and the iterators of the pages after and before it. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), iterator: z.string().nullable(), prevIterator: z.string().nullable(), done: z.boolean() })
}
