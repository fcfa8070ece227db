import { z } from 'zod'
import { operation } from '../api/operation.ts'

/**
 * An object that mirrors the payload. What stands in it is read by the server, which reports each fault with its place.
 *
 * @example filter.safeParse({ data: { amount: { $gt: 100 } } }).success // true
 */
export const filter = z
  .record(z.string(), z.unknown(), { error: 'A filter is an object that mirrors the payload; null for none.' })
  .meta({ description: 'Mirrors the payload: { "data": { "amount": { "$gt": 100 } } }' })

/** Any JSON value to try something with; what is tried are the bytes that came. */
export const examplePayload = z.custom<unknown>((value) => value !== undefined).optional()
/** The id or event id of a past message, in place of a payload. */
export const exampleMessage = z
  .string()
  .max(256)
  .optional()
  .meta({ description: 'The id or event id of a past message, in place of a payload' })

/**
 * A filter, and what to try it with: a payload or a past message.
 *
 * @example filterTestIn.safeParse({ filter: { amount: { $gt: 100 } }, payload: { amount: 120 } }).success // true
 */
export const filterTestIn = z.strictObject({ filter, payload: examplePayload, messageId: exampleMessage })

const filterTestOut = z.object({
  matches: z.boolean(),
  reason: z
    .object({ path: z.string(), message: z.string() })
    .nullable()
    .meta({ description: 'The first place of the payload that does not fit, as a JSON pointer' }),
})

/** The operation that tries a filter. */
export const filterOperations = {
  test: operation({
    id: 'v1.filter.test',
    method: 'POST',
    path: '/api/v1/app/{app_id}/filter/test',
    summary: 'Try a filter with a payload or a past message; nothing is sent or kept',
    refuses: ['missing_payload'],
    noun: 'filter',
    scope: 'application',
    access: 'read',
    body: filterTestIn,
    answers: { 200: filterTestOut },
  }),
}
