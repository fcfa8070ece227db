import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'
import { flowTriggerSchema } from './flow-trigger.ts'

const schedule = flowTriggerSchema.options[3].shape

/**
 * The times of a schedule that come next, as they are answered.
 *
 * @example scheduleTimesOut.safeParse({ data: ['2030-01-31T06:00:00.000Z'] }).success // true
 */
export const scheduleTimesOut = z.object({ data: z.array(timestamp) })
/** The times of a schedule that come next, as they are answered. */
export type ScheduleTimesOut = z.output<typeof scheduleTimesOut>

/** The operation that tells when a schedule would start its flow. */
export const scheduleOperations = {
  times: operation({
    id: 'v1.schedule.times',
    method: 'GET',
    path: '/api/v1/schedule/times',
    summary: 'List the next times of a schedule, before a flow has it',
    noun: 'schedule',
    scope: 'any',
    access: 'read',
    query: z.strictObject({
      cron: schedule.cron,
      time_zone: schedule.timeZone,
      limit: z.coerce.number().int().min(1).max(20).default(5).meta({ description: 'How many' }),
    }),
    answers: { 200: scheduleTimesOut },
  }),
}
