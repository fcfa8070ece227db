import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { operation } from '../api/operation.ts'
import { stepOut } from './run.ts'

const texts = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

/**
 * What a flow is tried with. What is left out of a simulated request comes from the expected structure of its listener.
 *
 * @example flowTestIn.parse({ simulated: { method: 'POST' } }) // { simulated: { method: 'POST' }, outcomes: {} }
 */
export const flowTestIn = z.strictObject({
  version: z.int().min(1).optional().meta({ description: 'Absent: the draft' }),
  request: z.string().max(256).optional().meta({ description: 'The id of a past request to try it with' }),
  simulated: z
    .strictObject({
      method: z.string().max(10).optional(),
      params: z.record(z.string(), z.string()).optional(),
      query: texts.optional(),
      headers: texts.optional(),
      body: anyJson.optional(),
    })
    .optional()
    .meta({ description: 'A request to try it with, where no past one is named' }),
  document: anyJson.optional().meta({ description: 'Of a flow that jobs or events start' }),
  eventType: z.string().max(256).optional(),
  meta: z.record(z.string(), anyJson).optional(),
  outcomes: z
    .record(
      z.string(),
      z.strictObject({ ok: z.boolean().default(true), status: z.int().nullable().default(200), body: z.string().nullable().default(null) }),
    )
    .default({})
    .meta({ description: 'How the deliveries of send_webhook steps are to end, by step; well if nothing is said' }),
})

/**
 * What came of trying a flow: the record of each step, and what would have been answered and sent.
 *
 * @example flowTestOut.shape.status.options // ['ok', 'ko']
 */
export const flowTestOut = z.object({
  status: z.enum(['ok', 'ko']),
  errorCode: z.string().nullable(),
  trigger: z
    .object({
      method: z.string().nullable(),
      path: z.string().nullable(),
      params: anyJson,
      query: anyJson,
      headers: anyJson,
      body: anyJson,
    })
    .meta({ description: 'What the mapping saw' }),
  steps: z.array(stepOut),
  faults: z.array(anyJson),
  meta: z.record(z.string(), anyJson),
  reply: z
    .object({ status: z.int(), headers: texts, body: z.string().nullable(), encoding: z.enum(['utf8', 'base64']) })
    .nullable()
    .meta({ description: 'What the caller would have been answered' }),
  deliveries: z
    .array(z.object({ stepId: z.string(), event: z.string(), body: z.string() }))
    .meta({ description: 'What would have been sent' }),
  messages: z.array(
    z.object({ eventType: z.string(), eventId: z.string().nullable(), channels: z.array(z.string()).nullable(), data: anyJson }),
  ),
})
/** What came of trying a flow as it is answered. */
export type FlowTestOut = z.output<typeof flowTestOut>

/** The operation that tries a flow. */
export const flowTestOperations = {
  test: operation({
    id: 'v1.flow.test',
    method: 'POST',
    path: '/api/v1/app/{app_id}/flow/{flow_id}/test',
    summary: 'Try the draft of a flow with simulated data or a past request; nothing is sent or kept',
    noun: 'flow',
    scope: 'application',
    access: 'write',
    body: flowTestIn,
    answers: { 200: flowTestOut },
  }),
}
