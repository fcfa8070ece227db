import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { operation } from '../api/operation.ts'
import { flowDefinitionSchema } from './flow-definition.ts'
import { replyEntryOut, stepOut } from './run.ts'

const texts = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

/**
 * The most that one call may try.
 *
 * @example trialsMax // 20
 */
export const trialsMax = 20

/**
 * What starts a run that is tried.
 *
 * @example Object.keys(trialSource) // ['request', 'simulated', 'document', 'eventType']
 */
export const trialSource = {
  request: z.string().max(256).optional().meta({ description: 'The id of a past request' }),
  simulated: z
    .strictObject({
      method: z.string().max(10).optional(),
      params: z.record(z.string(), z.string()).optional(),
      query: texts.optional(),
      headers: texts.optional(),
      body: anyJson.optional(),
      rawBody: z.string().optional().meta({ description: 'In place of `body`: the text as it comes, which is read by its content type' }),
    })
    .optional()
    .meta({ description: 'A request of your own, where no past one is named; what is left out is as the listener expects it' }),
  document: anyJson.optional().meta({ description: 'Of a flow that jobs or events start' }),
  eventType: z.string().max(256).optional(),
}

/** How a call of a step is to end. */
const outcome = z.strictObject({
  status: z.int().min(100).max(599).nullable().default(200).meta({ description: 'What the receiver answers; null: nothing, in time' }),
  ok: z.boolean().optional().meta({ description: 'Absent: as the step judges the status' }),
  headers: texts.optional().meta({ description: 'Of the answer; http_request steps read them' }),
  body: z.string().nullable().default(null),
})

/** What flows are tried with, whether they are saved or not. */
const trial = {
  ...trialSource,
  requests: z
    .array(z.strictObject(trialSource))
    .min(1)
    .max(trialsMax)
    .optional()
    .meta({ description: 'Several to try it with, one after the other; in place of one. An empty object is what the listener expects' }),
  meta: z.record(z.string(), anyJson).optional(),
  outcomes: z
    .record(z.string(), outcome)
    .default({})
    .meta({ description: 'How the calls of send_webhook and http_request steps are to end, by step; well if nothing is said' }),
  until: z.string().max(256).optional().meta({ description: 'The id of a step: what follows it is not run' }),
  calls: z
    .enum(['shown', 'made'])
    .default('shown')
    .meta({ description: '`made`: calls without an outcome are really sent, once and not kept. Events are never sent' }),
}

/**
 * What a flow is tried with. What is left out of a simulated request comes from the expected structure of its listener.
 *
 * @example flowTestIn.parse({ simulated: { method: 'POST' } }) // { simulated: { method: 'POST' }, outcomes: {}, calls: 'shown' }
 */
export const flowTestIn = z.strictObject({
  ...trial,
  version: z.int().min(1).optional().meta({ description: 'Absent: the draft' }),
  // Read loosely: the definition's own check says more, and better.
  definition: anyJson.optional().meta({ description: 'One that is not saved, to be tried in place of the draft' }),
})

const flowTryOut = z.object({
  status: z.enum(['ok', 'ko']),
  errorCode: z.string().nullable(),
  stopped: z.boolean().meta({ description: 'The step that `until` names has ended, and nothing was run after it' }),
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
    .object({
      status: z.int(),
      headers: texts,
      body: z.string().nullable(),
      encoding: z.enum(['utf8', 'base64']),
      entry: replyEntryOut.optional(),
    })
    .nullable()
    .meta({ description: 'What the caller would have been answered' }),
  deliveries: z
    .array(z.object({ stepId: z.string(), event: z.string(), body: z.string() }))
    .meta({ description: 'What would have been sent, or was; the output of the step shows the answer' }),
  messages: z.array(
    z.object({ eventType: z.string(), eventId: z.string().nullable(), channels: z.array(z.string()).nullable(), data: anyJson }),
  ),
})

/**
 * What came of trying a flow: the record of each step, and what would have been answered and sent.
 *
 * @example flowTestOut.shape.status.options // ['ok', 'ko']
 */
export const flowTestOut = flowTryOut.extend({
  others: z.array(flowTryOut).meta({ description: 'What came of the second of `requests` and of those after it, in their order' }),
})
/** What came of trying a flow as it is answered. */
export type FlowTestOut = z.output<typeof flowTestOut>

/** The operation that tries a flow. */
export const flowTestOperations = {
  test: operation({
    id: 'v1.flow.test',
    method: 'POST',
    path: '/api/v1/app/{app_id}/flow/{flow_id}/test',
    summary: 'Try a flow, saved or not, with simulated data or past requests; nothing is kept, and nothing sent unless asked for',
    noun: 'flow',
    scope: 'application',
    access: 'write',
    refuses: ['validation_error'],
    body: flowTestIn,
    documentedBody: flowTestIn.extend({
      definition: flowDefinitionSchema.optional().meta({ description: 'One that is not saved, to be tried in place of the draft' }),
    }),
    answers: { 200: flowTestOut },
  }),
}
