import { z } from 'zod'
import { exampleMessage, examplePayload } from './filter.ts'
import { eventTypeName } from './event-type.ts'
import { operation } from './operation.ts'

const expression = z
  .string()
  .min(1, 'Give a JSONata expression; null in place of the transformation for none.')
  .max(16_384, 'An expression has at most 16,384 characters.')

/** What is sent in place of the payload: a JSONata expression, whose root is the payload. */
export const transformation = z.strictObject({ expression })

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

export const transformationOperations = {
  test: operation({
    id: 'v1.transformation.test',
    method: 'POST',
    path: '/api/v1/app/{app_id}/transformation/test',
    summary: 'Try a transformation with a payload or a past message; nothing is sent or kept',
    noun: 'transformation',
    scope: 'application',
    access: 'write',
    body: transformationTestIn,
    answers: { 200: transformationTestOut },
  }),
}
