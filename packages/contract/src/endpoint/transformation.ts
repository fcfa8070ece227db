import { z } from 'zod'
import { exampleMessage, examplePayload } from './filter.ts'
import { eventTypeName } from '../message/event-type.ts'
import { operation } from '../api/operation.ts'

const expression = z
  .string()
  .min(1, 'Give a JSONata expression; null in place of the transformation for none.')
  .max(16_384, 'An expression has at most 16,384 characters.')

/**
 * What is sent in place of the payload: a JSONata expression of 1 to 16,384 characters, whose root is the payload. Whether it can be
 * read is found out by the server.
 *
 * @example transformation.safeParse({ expression: '{ "total": data.amount }' }).success // true
 */
export const transformation = z.strictObject({ expression })

/**
 * A transformation, and what to try it with: a payload or a past message.
 *
 * @example transformationTestIn.safeParse({ expression: 'data', payload: { data: 1 }, eventType: 'invoice.paid' }).success // true
 */
export const transformationTestIn = z.strictObject({
  expression,
  payload: examplePayload,
  messageId: exampleMessage,
  eventType: eventTypeName.optional().meta({ description: 'What $eventType is; absent: the message\'s, else "example"' }),
})

const transformationTestOut = z.object({
  output: z.unknown().meta({ description: 'What would be sent; null if nothing would be' }),
  skipped: z.boolean().meta({ description: 'The expression gave null or nothing: the delivery would be cancelled' }),
  fault: z
    .object({ code: z.string(), reason: z.string(), nextStep: z.string() })
    .nullable()
    .meta({ description: 'Why the delivery would fail' }),
})

/** The operation that tries a transformation. */
export const transformationOperations = {
  test: operation({
    id: 'v1.transformation.test',
    method: 'POST',
    path: '/api/v1/app/{app_id}/transformation/test',
    summary: 'Try a transformation with a payload or a past message; nothing is sent or kept',
    refuses: ['missing_payload'],
    noun: 'transformation',
    scope: 'application',
    access: 'write',
    body: transformationTestIn,
    answers: { 200: transformationTestOut },
  }),
}
