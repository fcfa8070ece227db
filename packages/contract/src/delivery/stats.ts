import { z } from 'zod'
import { moment, operation, timestamp } from '../api/operation.ts'

/**
 * The longest range of each bucket, in milliseconds: 360, 336 and 90 buckets.
 *
 * @example statsRangesMs.hour / statsBucketMs.hour // 336
 */
export const statsRangesMs = { minute: 6 * 3_600_000, hour: 14 * 86_400_000, day: 90 * 86_400_000 } as const

/**
 * How long each bucket is, in milliseconds.
 *
 * @example statsBucketMs.minute // 60000
 */
export const statsBucketMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
/** How finely deliveries are counted. */
export type StatsBucket = keyof typeof statsBucketMs

const statsBucket = z.enum(['minute', 'hour', 'day'])

/** What became of the deliveries that were made in this time. Those of a message count once for each endpoint. */
const bucketOut = z.object({
  at: timestamp,
  deliveries: z.int(),
  delivered: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  /** Not at their end yet. */
  waiting: z.int(),
  /** All attempts at them. */
  attempts: z.int(),
  /** Of those that were delivered or failed; null if there are none. */
  successRate: z.number().nullable(),
  /** From the making of a delivery to its success; null if none was delivered. */
  deliveredInMsP50: z.int().nullable(),
  deliveredInMsP95: z.int().nullable(),
})

/** What waits at this moment, whenever it was made. */
const waitingOut = z.object({
  waiting: z.int(),
  throttled: z.int(),
  held: z.int(),
  /** False: there are more than were counted. */
  exact: z.boolean(),
  /** How long the one that is due for longest has been due; 0 if none is. */
  oldestWaitingMs: z.int(),
  /** Events that came while their endpoint was disabled, since it was made. */
  skipped: z.int(),
})

/**
 * Deliveries over time by what became of them, oldest bucket first, and what waits now.
 *
 * @example statsOut.shape.bucket.options // ['minute', 'hour', 'day']
 */
export const statsOut = z.object({
  bucket: statsBucket,
  /** Of the first bucket. Later than asked for where there is too much to count in one call; then `complete` is false. */
  since: timestamp,
  until: timestamp,
  complete: z.boolean(),
  buckets: z.array(bucketOut),
  now: waitingOut,
})
/** Deliveries over time as they are answered. */
export type StatsOut = z.output<typeof statsOut>
/** One bucket of them: all of it counts deliveries that were made in its time. */
export type StatsBucketOut = z.output<typeof bucketOut>

/** The operation that counts the deliveries of an application. */
export const statsOperations = {
  application: operation({
    id: 'v1.application.get-stats',
    method: 'GET',
    path: '/api/v1/app/{app_id}/stats',
    summary: 'Count deliveries over time by what became of them, and what waits now',
    noun: 'application',
    scope: 'application',
    access: 'read',
    query: z.strictObject({
      since: moment.optional(),
      until: moment.optional(),
      bucket: statsBucket.default('hour'),
      endpoint_id: z.string().optional(),
    }),
    answers: { 200: statsOut },
  }),
}
