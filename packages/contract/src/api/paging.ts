import { z } from 'zod'
import { commaList } from '../value/comma-list.ts'
import { moment } from './operation.ts'

/**
 * How a list is asked for, a page of 1 to 250 items at a time. `iterator` is what the page before answered; with a `-` before it the
 * page goes back.
 *
 * @example pageQuery.parse({}) // { limit: 50 }
 */
export const pageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1, 'A page has 1 to 250 items.')
    .max(250, 'A page has 1 to 250 items.')
    .default(50)
    .meta({ description: 'Items of a page, 1 to 250; absent: 50' }),
  iterator: z
    .string()
    .max(300)
    .optional()
    .meta({ description: 'Where to go on: `iterator` of the page before, or its `prevIterator` to go back' }),
})

/**
 * Lists of configuration can be read in both orders; logs are newest first.
 *
 * @example orderedPageQuery.parse({ limit: '10' }) // { limit: 10, order: 'ascending' }
 */
export const orderedPageQuery = pageQuery.extend({
  order: z.enum(['ascending', 'descending']).default('ascending').meta({ description: 'By age' }),
})

/**
 * Lists of which there may be thousands, where people look for one by what it is called.
 *
 * @example searchedPageQuery.parse({ text: 'erp' }).text // 'erp'
 */
export const searchedPageQuery = orderedPageQuery.extend({
  text: z
    .string()
    .min(1, 'Give a text to look for, or leave it out.')
    .max(256, 'A text to look for has at most 256 characters.')
    .optional()
    .meta({
      description:
        'In its id, uid, name, description, e-mail address or URL; capital or small letters alike. A page may come back short with "done": false',
    }),
})

/**
 * Lists of what other things refer to: found by a text, or by their ids.
 *
 * @example namedPageQuery.parse({ text: 'orders', ids: 'lst_1,orders' }).ids // ['lst_1', 'orders']
 */
export const namedPageQuery = searchedPageQuery.extend({
  ids: commaList
    .pipe(z.array(z.string().max(256)).max(250, 'Ask for at most 250 at once.'))
    .optional()
    .meta({ description: 'Only these, by id or uid, with commas' }),
})

/**
 * From when the items of a log are that are asked for.
 *
 * @example z.strictObject(madeWithin).safeParse({ after: '2030-01-31T00:00:00Z' }).success // true
 */
export const madeWithin = {
  before: moment.optional().meta({ description: 'From before this time, such as 2030-01-31T00:00:00Z' }),
  after: moment.optional().meta({ description: 'From after this time, such as 2030-01-31T00:00:00Z' }),
} as const

/**
 * A page: its items, and the iterators of the pages after and before it. `done` is false while items follow, whatever a page holds.
 *
 * @example
 * const pageOfEndpoints = pageOf(endpointOut)
 * pageOfEndpoints.safeParse({ data: [], iterator: null, prevIterator: null, done: true }).success // true
 */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), iterator: z.string().nullable(), prevIterator: z.string().nullable(), done: z.boolean() })
}
