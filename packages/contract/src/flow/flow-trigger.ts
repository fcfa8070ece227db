import { z } from 'zod'

/**
 * What starts a flow: requests at a listener, jobs, messages of some event types, or the time.
 *
 * @example
 * flowTriggerSchema.safeParse({ kind: 'webhook', listener: 'orders' }).success // true
 * flowTriggerSchema.safeParse({ kind: 'event', eventTypes: ['invoice.paid'] }).success // true
 * flowTriggerSchema.safeParse({ kind: 'schedule', cron: '0 6 * * 1-5', timeZone: 'Europe/Berlin' }).success // true
 */
export const flowTriggerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), listener: z.string().min(1).max(256) }),
  z.strictObject({ kind: z.literal('job') }),
  z.strictObject({ kind: z.literal('event'), eventTypes: z.array(z.string().min(1).max(256)).min(1).max(100) }),
  z.strictObject({
    kind: z.literal('schedule'),
    cron: z.string().min(1).max(100).meta({ description: 'Minute, hour, day of the month, month, day of the week' }),
    timeZone: z.string().min(1).max(100).optional().meta({ description: 'Such as Europe/Berlin; UTC if it is left out' }),
    missed: z.enum(['once', 'none']).optional().meta({
      description:
        'What becomes of times that passed while no process ran: one run for all of them (`once`, unless said otherwise), or none',
    }),
  }),
])
/** What starts a flow; `kind` says which. */
export type FlowTrigger = z.infer<typeof flowTriggerSchema>
