import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'
import { deliveryOut } from '../delivery/delivery.ts'
import { requestOut } from '../listener/request.ts'
import { runOut } from './run.ts'

const here = z.object({ kind: z.enum(['request', 'run', 'message', 'delivery', 'attempt']), id: z.string() })

/**
 * One event's way through the server, from any part of it: what caused the part, the part itself, and what it caused. Runs name their
 * `requestId` or `messageId`, messages their `runId`, deliveries their `messageId` or `runId`. What is no longer kept is left out.
 *
 * @example trailOut.shape.here.shape.kind.options // ['request', 'run', 'message', 'delivery', 'attempt']
 */
export const trailOut = z.object({
  here: here.meta({ description: 'What was asked for' }),
  request: requestOut.nullable(),
  runs: z.array(runOut.extend({ messageId: z.string().nullable().meta({ description: 'The event that started it' }) })),
  messages: z.array(
    z.object({ id: z.string(), eventId: z.string().nullable(), eventType: z.string(), runId: z.string().nullable(), createdAt: timestamp }),
  ),
  deliveries: z.array(deliveryOut),
  complete: z.boolean().meta({ description: 'False: there is more than 20 runs, 50 messages or 100 deliveries, and these are the first' }),
})
/** A trail as it is answered. */
export type TrailOut = z.output<typeof trailOut>

/** The operation that follows an event. */
export const trailOperations = {
  get: operation({
    id: 'v1.trail.get',
    method: 'GET',
    path: '/api/v1/app/{app_id}/trail/{trail_id}',
    summary: 'Follow an event from the id of a request, run, message, delivery or attempt: what caused it, and what it caused',
    noun: 'trail',
    scope: 'application',
    access: 'read',
    answers: { 200: trailOut },
  }),
}
