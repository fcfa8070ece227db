import { z } from 'zod'
import { commaList } from '../value/comma-list.ts'
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

/**
 * What every count over time is asked by: a range, and how finely. Absent: the last 60 minutes, 24 hours or 30 days.
 *
 * @example statsQuery.parse({}) // { bucket: 'hour' }
 */
export const statsQuery = z.strictObject({
  since: moment.optional().meta({ description: 'Where the range begins; absent: 60 minutes, 24 hours or 30 days before its end' }),
  until: moment.optional().meta({ description: 'Where it ends; absent: now' }),
  bucket: statsBucket.default('hour').meta({ description: 'How finely it is counted' }),
  groups: commaList
    .pipe(z.array(z.string().max(256)).max(250, 'Ask for at most 250 groups at once.'))
    .optional()
    .meta({ description: 'With group_by: of the groups only these, by their key, with commas; absent: the 100 largest' }),
})

/**
 * The time that was counted, which every count over time answers. `since` is of the first bucket: later than asked for where there is too
 * much to count in one call, and then `complete` is false.
 *
 * @example statsFrame.shape.bucket.options // ['minute', 'hour', 'day']
 */
export const statsFrame = z.object({ bucket: statsBucket, since: timestamp, until: timestamp, complete: z.boolean() })

/**
 * What every group of a count has: the id, status or reason that its members share (null: none), the time of the newest of them, and how
 * many there are in each bucket. The 100 largest groups are answered, or those that were asked for.
 *
 * @example statsGroup.safeParse({ key: null, newest: '2030-01-31T00:00:00.000Z', counts: [0, 3] }).success // true
 */
export const statsGroup = z.object({ key: z.string().nullable(), newest: timestamp, counts: z.array(z.int()) })

/** What became of deliveries. Those of a message count once for each endpoint. */
const outcomes = z.object({
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
  deliveredInMsP99: z.int().nullable(),
})

/** Of those that were made in this time. */
const bucketOut = outcomes.extend({ at: timestamp })

/** Of one endpoint; `key` null: of steps of flows. `failures` counts those that failed or were cancelled in each bucket. */
const groupOut = outcomes.extend({ ...statsGroup.shape, failures: z.array(z.int()) })

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
export const statsOut = statsFrame.extend({
  buckets: z.array(bucketOut),
  groups: z.array(groupOut).nullable().meta({ description: 'By `group_by`, the largest first; null without it' }),
  now: waitingOut,
})
/** Deliveries over time as they are answered. */
export type StatsOut = z.output<typeof statsOut>
/** One bucket of them: all of it counts deliveries that were made in its time. */
export type StatsBucketOut = z.output<typeof bucketOut>
/** The deliveries to one endpoint in the whole time. */
export type StatsGroupOut = z.output<typeof groupOut>

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
    query: statsQuery.extend({
      endpoint_id: z.string().optional().meta({ description: 'To this endpoint, by id or uid' }),
      group_by: z.literal('endpoint').optional().meta({ description: 'Counted apart as well: endpoint' }),
    }),
    answers: { 200: statsOut },
  }),
}
