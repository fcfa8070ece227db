import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'

/**
 * What the plan of an application allows it, and how much of that is used. `max` null: no limit.
 *
 * @example planUseOut.shape.deliveriesThisHour.safeParse(null).success // true
 */
export const planUseOut = z.object({
  plan: z.string(),
  endpoints: z.object({ used: z.int(), max: z.int().nullable() }),
  deliveriesThisHour: z
    .object({
      used: z.int(),
      max: z.int(),
      freeAt: timestamp.nullable().meta({ description: 'When the next one may be sent; null: now' }),
    })
    .nullable()
    .meta({ description: 'First attempts of the last sixty minutes; null: the plan has no limit, and they are not counted' }),
})
/** The use of a plan as it is answered. */
export type PlanUseOut = z.output<typeof planUseOut>

/** The operation that says what of its plan an application uses. */
export const planUseOperations = {
  get: operation({
    id: 'v1.application.get-plan-use',
    method: 'GET',
    path: '/api/v1/app/{app_id}/plan',
    summary: 'Get what the plan of an application allows, and how much of it is used',
    noun: 'application',
    scope: 'application',
    access: 'read',
    answers: { 200: planUseOut },
  }),
}
