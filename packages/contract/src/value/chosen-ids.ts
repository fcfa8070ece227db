import { z } from 'zod'

/** How many one call names by their ids; more are found by a filter. */
const CHOSEN_MAX = 1000

/**
 * Rows of a log that somebody chose, by their ids: 1 to 1,000.
 *
 * @example
 * chosenIds.safeParse(['dlv_1', 'dlv_2']).success // true
 * chosenIds.safeParse([]).success // false
 */
export const chosenIds = z
  .array(z.string().min(1, 'An id is not empty.').max(64, 'An id has at most 64 characters.'))
  .min(1, 'Name at least one.')
  .max(CHOSEN_MAX, `Name at most ${CHOSEN_MAX} at once, or find them by a filter.`)
