import { z } from 'zod'

/** 1xx are no final answers: nobody could wait for one. */
const statusFault = 'Statuses of success are 200 to 599.'

/**
 * Which answers mean that a delivery arrived, for endpoints and steps alike.
 *
 * @example successRule.safeParse([200, 404]).success // true
 */
export const successRule = z.union(
  [
    z.literal('2xx'),
    z.array(z.int().min(200, statusFault).max(599, statusFault)).min(1, 'Name at least one status.').max(50, 'Name at most 50 statuses.'),
  ],
  { error: 'Give "2xx", or the statuses that mean success: [200, 204].' },
)
