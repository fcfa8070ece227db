import { z } from 'zod'
import { connectionName } from '../application/connection.ts'
import { anyJson } from '../value/any-json.ts'
import { attemptTimeoutMs } from '../endpoint/attempt-timeout.ts'
import { stepRetryPolicySchema } from '../endpoint/retry-policy.ts'
import { successRule } from '../endpoint/success-rule.ts'
import { flowLimits } from './flow-limits.ts'
import {
  condition,
  nextStatuses,
  type NextStatus,
  stepHeaders,
  stepId,
  stepSigningSchema,
  template,
  templatedJson,
  timeoutMs,
} from './step-parts.ts'

/** One row of `next`: the first that matches how the step ended decides where the flow goes on. */
export interface NextCondition {
  status: NextStatus
  code?: string | undefined
  do: 'continue' | 'end' | 'fail' | { steps: FlowStep[] }
}

// Steps nest, so the schemas refer to each other through getters; their types are written out because inference cannot close the circle.
const nextSteps = z.strictObject({
  get steps(): z.ZodType<FlowStep[]> {
    return stepList
  },
})

/**
 * One row of `next`, with a `code` of up to 100 characters where only that end is meant.
 *
 * @example nextConditionSchema.safeParse({ status: 'KO', code: 'timeout', do: 'continue' }).success // true
 */
export const nextConditionSchema: z.ZodType<NextCondition> = z.strictObject({
  status: z.enum(nextStatuses),
  code: z.string().max(100).optional(),
  do: z.union([z.enum(['continue', 'end', 'fail']), nextSteps]),
})

const everyStep = {
  id: stepId,
  name: z.string().max(flowLimits.nameCharactersMax).optional(),
  notes: z.string().max(flowLimits.notesCharactersMax).optional(),
  when: condition.optional(),
  next: z.array(nextConditionSchema).max(flowLimits.conditionsMax).optional(),
}

/**
 * Shapes the input with a JSONata expression of up to 16,384 characters.
 *
 * @example transformStepSchema.safeParse({ id: 'shape', kind: 'transform', expression: '{ "total": body.amount }' }).success // true
 */
export const transformStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('transform'),
  timeoutMs,
  expression: z.string().min(1).max(flowLimits.expressionCharactersMax),
})

/**
 * Runs JavaScript in a sandbox: the body of a function that sees the names of the mapping and returns the output.
 *
 * @example codeStepSchema.safeParse({ id: 'sum', kind: 'code', source: 'return body.lines.length' }).success // true
 */
export const codeStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('code'),
  timeoutMs,
  source: z.string().min(1).max(flowLimits.expressionCharactersMax),
})

/**
 * Fails unless a value fits a JSON Schema (2020-12); the value is the trigger's body unless one is given.
 *
 * @example validateStepSchema.safeParse({ id: 'order', kind: 'validate', schema: { required: ['number'] } }).success // true
 */
export const validateStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('validate'),
  timeoutMs,
  schema: z.union([z.boolean(), z.record(z.string(), anyJson)]),
  value: templatedJson.optional(),
})

/**
 * Waits for a while, or until a moment; up to 366 days.
 *
 * @example
 * delayStepSchema.safeParse({ id: 'wait', kind: 'delay', for: 'P2D' }).success // true
 * delayStepSchema.safeParse({ id: 'wait', kind: 'delay', until: '{{ body.dueAt }}' }).success // true
 */
export const delayStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('delay'),
  timeoutMs,
  /** Seconds, or an ISO 8601 duration. */
  for: z.union([z.number().min(0).max(31_622_400), template.min(1)]).optional(),
  until: template.min(1).optional(),
})

/** What every step may have beside its own fields. */
export interface EveryStep {
  id: string
  name?: string | undefined
  notes?: string | undefined
  when?: boolean | string | undefined
  next?: NextCondition[] | undefined
}

/** A step that runs its steps once for each item of a list. */
export interface ForEachStep extends EveryStep {
  kind: 'for_each'
  timeoutMs?: number | undefined
  /** Exactly one `{{ }}` that reads a list, or a list. */
  items: string | unknown[]
  /** So many items at a time; absent: one after the other. */
  concurrency?: number | undefined
  steps: FlowStep[]
}

/**
 * Runs its steps once for each item of a list of up to 1,000: one after the other, or up to 16 beside each other.
 *
 * @example forEachStepSchema.safeParse({ id: 'lines', kind: 'for_each', items: '{{ body.lines }}', steps: [{ id: 'skip', kind: 'stop' }] }).success // true
 */
export const forEachStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('for_each'),
  timeoutMs,
  items: z.union([template.min(1), z.array(templatedJson)]),
  concurrency: z.int().min(1).max(16).optional(),
  get steps(): z.ZodType<FlowStep[]> {
    return stepList
  },
})

/** A step that goes on with one of two lists of steps; either may be left out. */
export interface BranchStep extends EveryStep {
  kind: 'branch'
  if: boolean | string
  then?: FlowStep[] | undefined
  else?: FlowStep[] | undefined
}

/**
 * Goes on with one of two lists of steps.
 *
 * @example branchStepSchema.safeParse({ id: 'large', kind: 'branch', if: '{{ body.amount > 100 }}', then: [{ id: 'done', kind: 'stop' }] }).success // true
 */
export const branchStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('branch'),
  if: condition,
  get then(): z.ZodOptional<z.ZodType<FlowStep[]>> {
    return stepList.optional()
  },
  get else(): z.ZodOptional<z.ZodType<FlowStep[]>> {
    return stepList.optional()
  },
})

/**
 * Ends the run quietly unless the condition holds.
 *
 * @example filterStepSchema.safeParse({ id: 'paid', kind: 'filter', if: '{{ body.paid }}' }).success // true
 */
export const filterStepSchema = z.strictObject({ ...everyStep, kind: z.literal('filter'), if: condition })

/**
 * Merges an object into the run's meta, which later steps and webhook payloads see.
 *
 * @example setMetaStepSchema.safeParse({ id: 'note', kind: 'set_meta', meta: { order: '{{ body.id }}' } }).success // true
 */
export const setMetaStepSchema = z.strictObject({ ...everyStep, kind: z.literal('set_meta'), meta: z.record(z.string(), templatedJson) })

/**
 * Posts the run's notification to one URL and waits for the receiver's answer.
 *
 * @example sendWebhookStepSchema.safeParse({ id: 'erp', kind: 'send_webhook', url: 'https://example.com/orders', timeoutMs: 10000 }).success // true
 */
export const sendWebhookStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('send_webhook'),
  url: template.min(1),
  /** Lets `{{ }}` stand in the scheme or host too. Off, because then data decides where secrets go. */
  templatedHost: z.boolean().optional(),
  event: template.optional(),
  bearerToken: template.min(1).optional(),
  headers: stepHeaders(template).optional(),
  signing: stepSigningSchema.optional(),
  retryPolicy: stepRetryPolicySchema.optional(),
  success: successRule.optional(),
  /** Of each attempt. */
  timeoutMs: attemptTimeoutMs.optional(),
  /** Of the whole step, with all attempts and the waits between them. */
  totalTimeoutMs: timeoutMs,
})

/** What an HTTP request of a step may be. */
const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/**
 * Sends one HTTP request, waits for the answer, and keeps it as the output.
 *
 * @example httpRequestStepSchema.safeParse({ id: 'stock', kind: 'http_request', url: 'https://erp.example/stock', query: { sku: '{{ body.sku }}' } }).success // true
 */
export const httpRequestStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('http_request'),
  /** GET, or POST if there is a body. */
  method: z.enum(httpMethods).optional(),
  /** The name of a connection, whose base URL `url` comes behind and whose credentials go along. */
  system: connectionName.optional(),
  url: template.min(1),
  /** As of `send_webhook`. */
  templatedHost: z.boolean().optional(),
  query: z.record(z.string(), templatedJson).optional(),
  bearerToken: template.min(1).optional(),
  headers: z.record(z.string(), template).optional(),
  body: templatedJson.optional(),
  retryPolicy: stepRetryPolicySchema.optional(),
  success: successRule.optional(),
  /** Of each attempt. */
  timeoutMs: attemptTimeoutMs.optional(),
  /** Of the whole step, with all attempts and the waits between them. */
  totalTimeoutMs: timeoutMs,
})

/**
 * Makes a message for every endpoint that subscribed to the event type; on up to 10 channels.
 *
 * @example emitEventStepSchema.safeParse({ id: 'tell', kind: 'emit_event', eventType: 'order.created', payload: { id: '{{ body.id }}' } }).success // true
 */
export const emitEventStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('emit_event'),
  eventType: template.min(1),
  payload: templatedJson.optional(),
  eventId: template.optional(),
  channels: z.array(template.min(1)).max(10).optional(),
})

/**
 * Keeps a document in the silo, under a key as its next version; the document is the trigger's body unless one is given.
 *
 * @example saveEntryStepSchema.safeParse({ id: 'keep', kind: 'save_entry', key: 'order-{{ body.number }}', tags: ['order'], keepDays: 90 }).success // true
 */
export const saveEntryStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('save_entry'),
  timeoutMs,
  /** Absent: a new entry each time. */
  key: template.min(1).optional(),
  document: templatedJson.optional(),
  tags: z.array(template.min(1)).max(20).optional(),
  keepDays: z.int().min(1).max(3660).optional(),
})

/**
 * Reads an entry by its id or key.
 *
 * @example loadEntryStepSchema.safeParse({ id: 'order', kind: 'load_entry', entry: 'order-{{ body.number }}' }).success // true
 */
export const loadEntryStepSchema = z.strictObject({ ...everyStep, kind: z.literal('load_entry'), timeoutMs, entry: template.min(1) })

/**
 * Answers the waiting caller, with a status from 200 to 599.
 *
 * @example webhookResponseStepSchema.safeParse({ id: 'reply', kind: 'webhook_response', status: 201, body: { ok: true } }).success // true
 */
export const webhookResponseStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('webhook_response'),
  status: z
    .int({
      error: ({ input }) =>
        typeof input === 'string' ? 'Give a number; a template, or a number as text, goes into statusOverride.' : undefined,
    })
    .min(200)
    .max(599)
    .optional(),
  statusOverride: z.union([template, z.int(), z.boolean(), z.null()]).optional(),
  headers: stepHeaders(z.union([template, z.array(template).max(50)])).optional(),
  body: templatedJson.optional(),
  bodyFormat: z.enum(['auto', 'json', 'text', 'xml', 'base64']).optional().meta({
    description: 'What is made of the body; auto: text of a text, JSON of anything else. Base64: the bytes that the text stands for',
  }),
  /** The bytes of an entry in place of a body, by its id or key. */
  entry: template.min(1).optional(),
  /** Sends the caller there: 302 unless a status says otherwise. */
  redirect: template.min(1).optional(),
  /** As of `send_webhook`. */
  templatedHost: z.boolean().optional(),
})

/**
 * Ends the run as OK.
 *
 * @example stopStepSchema.safeParse({ id: 'done', kind: 'stop' }).success // true
 */
export const stopStepSchema = z.strictObject({ ...everyStep, kind: z.literal('stop') })

/**
 * Ends in KO with a code and a message of the flow's own.
 *
 * @example failStepSchema.safeParse({ id: 'refuse', kind: 'fail', code: 'no_stock', message: 'There is none left.' }).success // true
 */
export const failStepSchema = z.strictObject({
  ...everyStep,
  kind: z.literal('fail'),
  code: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/i, 'A code is letters, digits, "_", "." and "-", 64 at most.')
    .optional(),
  message: template.optional(),
})

/**
 * Every step of this version, by kind: the one place that a new kind is added to.
 *
 * @example Object.keys(stepSchemas).includes('send_webhook') // true
 */
export const stepSchemas = {
  transform: transformStepSchema,
  code: codeStepSchema,
  validate: validateStepSchema,
  delay: delayStepSchema,
  branch: branchStepSchema,
  for_each: forEachStepSchema,
  filter: filterStepSchema,
  set_meta: setMetaStepSchema,
  send_webhook: sendWebhookStepSchema,
  http_request: httpRequestStepSchema,
  emit_event: emitEventStepSchema,
  save_entry: saveEntryStepSchema,
  load_entry: loadEntryStepSchema,
  webhook_response: webhookResponseStepSchema,
  stop: stopStepSchema,
  fail: failStepSchema,
} as const

/**
 * A step of any kind; `kind` says which fields it may have.
 *
 * @example stepSchema.safeParse({ id: 'done', kind: 'stop' }).success // true
 */
export const stepSchema = z.discriminatedUnion('kind', [
  transformStepSchema,
  codeStepSchema,
  validateStepSchema,
  delayStepSchema,
  branchStepSchema,
  forEachStepSchema,
  filterStepSchema,
  setMetaStepSchema,
  sendWebhookStepSchema,
  httpRequestStepSchema,
  emitEventStepSchema,
  saveEntryStepSchema,
  loadEntryStepSchema,
  webhookResponseStepSchema,
  stopStepSchema,
  failStepSchema,
])

/** The steps of a flow, of a branch or of a loop. */
export const stepList: z.ZodType<FlowStep[]> = z.array(stepSchema).max(flowLimits.stepsMax)

/** One step of a flow; `kind` says which. */
export type FlowStep =
  | BranchStep
  | ForEachStep
  | z.infer<typeof transformStepSchema>
  | z.infer<typeof codeStepSchema>
  | z.infer<typeof validateStepSchema>
  | z.infer<typeof delayStepSchema>
  | z.infer<typeof filterStepSchema>
  | z.infer<typeof setMetaStepSchema>
  | z.infer<typeof sendWebhookStepSchema>
  | z.infer<typeof httpRequestStepSchema>
  | z.infer<typeof emitEventStepSchema>
  | z.infer<typeof saveEntryStepSchema>
  | z.infer<typeof loadEntryStepSchema>
  | z.infer<typeof webhookResponseStepSchema>
  | z.infer<typeof stopStepSchema>
  | z.infer<typeof failStepSchema>
/** What a step may be. */
export type StepKind = FlowStep['kind']
/** The step of one kind: `StepOf<'branch'>`. */
export type StepOf<K extends StepKind> = Extract<FlowStep, { kind: K }>
