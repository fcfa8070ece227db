import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'
import { statsFrame, statsGroup, statsQuery } from '../delivery/stats.ts'

const outcomes = z.object({
  runs: z.int(),
  ok: z.int(),
  ko: z.int(),
  cancelled: z.int(),
  /** Not at their end yet. */
  unfinished: z.int(),
  /** From the making of a run to its end, waits included; null if none ended well or in `ko`. */
  tookMsP50: z.int().nullable(),
  tookMsP95: z.int().nullable(),
  tookMsP99: z.int().nullable(),
})
const bucketOut = outcomes.extend({ at: timestamp })
/** `failures` counts those that ended in `ko` in each bucket. */
const groupOut = outcomes.extend({ ...statsGroup.shape, failures: z.array(z.int()) })

/**
 * Runs over time by how they ended, oldest bucket first.
 *
 * @example runStatsOut.shape.bucket.options // ['minute', 'hour', 'day']
 */
export const runStatsOut = statsFrame.extend({
  buckets: z.array(bucketOut),
  groups: z.array(groupOut).nullable().meta({ description: 'By `group_by`, the largest first; null without it' }),
})
/** Runs over time as they are answered. */
export type RunStatsOut = z.output<typeof runStatsOut>

/** The operation that counts the runs of an application. */
export const runStatsOperations = {
  runs: operation({
    id: 'v1.application.get-run-stats',
    method: 'GET',
    path: '/api/v1/app/{app_id}/stats/run',
    summary: 'Count runs over time by how they ended, and how long they took; by flow or status if asked to',
    noun: 'application',
    scope: 'application',
    access: 'read',
    query: statsQuery.extend({
      flow: z.string().max(256).optional().meta({ description: 'By id or uid; absent: all, deleted ones too' }),
      group_by: z.enum(['flow', 'status']).optional().meta({ description: 'Counted apart as well' }),
    }),
    answers: { 200: runStatsOut },
  }),
}
