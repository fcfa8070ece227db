import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'
import { statsFrame, statsGroup, statsQuery } from '../delivery/stats.ts'

const outcomes = z.object({ requests: z.int(), accepted: z.int(), duplicate: z.int(), rejected: z.int() })
const bucketOut = outcomes.extend({ at: timestamp })
/** `refusals` counts the rejected ones in each bucket. */
const groupOut = outcomes.extend({ ...statsGroup.shape, refusals: z.array(z.int()) })

/**
 * Requests over time by what became of them, oldest bucket first.
 *
 * @example requestStatsOut.shape.bucket.options // ['minute', 'hour', 'day']
 */
export const requestStatsOut = statsFrame.extend({
  buckets: z.array(bucketOut),
  groups: z.array(groupOut).nullable().meta({ description: 'By `group_by`, the largest first; null without it' }),
})
/** Requests over time as they are answered. */
export type RequestStatsOut = z.output<typeof requestStatsOut>

/** The operation that counts the requests of an application. */
export const requestStatsOperations = {
  requests: operation({
    id: 'v1.application.get-request-stats',
    method: 'GET',
    path: '/api/v1/app/{app_id}/stats/request',
    summary: 'Count requests over time by what became of them; by listener, status or reason if asked to',
    noun: 'application',
    scope: 'application',
    access: 'read',
    query: statsQuery.extend({
      listener: z.string().max(256).optional().meta({ description: 'By id or uid; absent: all, deleted ones too' }),
      group_by: z.enum(['listener', 'status', 'reason']).optional().meta({ description: 'Counted apart as well' }),
    }),
    answers: { 200: requestStatsOut },
  }),
}
