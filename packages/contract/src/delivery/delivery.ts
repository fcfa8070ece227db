import { z } from 'zod'
import { commaList } from '../value/comma-list.ts'
import { chosenIds } from '../value/chosen-ids.ts'
import { operation, timestamp } from '../api/operation.ts'
import { madeWithin, pageOf, pageQuery } from '../api/paging.ts'

/**
 * Where a delivery stands: it waits (for its time, for the rate of its plan, or for its endpoint), it is being sent, or it has ended.
 * `docs/deliveries.md` draws which follows which.
 *
 * @example deliveryStatus.options // ['waiting', 'sending', 'throttled', 'held', 'delivered', 'failed', 'cancelled']
 */
export const deliveryStatus = z.enum(['waiting', 'sending', 'throttled', 'held', 'delivered', 'failed', 'cancelled'])

/**
 * A delivery as lists show it: of a message to an endpoint (`messageId`, `endpointId`), or of a step of a run (`runId`, `stepId`).
 */
export const deliveryOut = z.object({
  id: z.string(),
  applicationId: z.string(),
  status: deliveryStatus,
  eventType: z.string(),
  messageId: z.string().nullable(),
  endpointId: z.string().nullable(),
  runId: z.string().nullable(),
  stepId: z.string().nullable(),
  flowId: z.string().nullable().meta({ description: 'Whose step it is; null for an endpoint' }),
  host: z.string().nullable().meta({ description: 'Where the step sends it; null for an endpoint, which has a URL of its own' }),
  attempts: z.int(),
  nextAttempt: timestamp.nullable(),
  lastStatusCode: z.int().nullable(),
  /** The code of the last failure; `lastFailureReason` says it in plain words, `nextStep` what can be done. */
  lastFailure: z.string().nullable(),
  lastFailureReason: z.string().nullable(),
  nextStep: z.string().nullable(),
  /** Why it waits, where that is not its own time: a paused or disabled endpoint, the hour of the plan. */
  statusReason: z.string().nullable(),
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
})
/** A delivery as it is answered. */
export type DeliveryOut = z.output<typeof deliveryOut>

/** Name and value, so that a name may come twice: of requests and responses alike, inbound and outbound. */
const headers = z.array(z.tuple([z.string(), z.string()]))

/**
 * One attempt at a delivery with request, response and timing. `n` counts from 1; `response` is null where none came, and
 * `failure` then says why.
 */
export const deliveryAttemptOut = z.object({
  id: z.string(),
  n: z.int(),
  manual: z.boolean(),
  ok: z.boolean(),
  startedAt: timestamp,
  durationMs: z.int(),
  /** Milliseconds of each phase: waitMs, dnsMs, connectMs, tlsMs, firstByteMs, bodyMs, totalMs. */
  phases: z.record(z.string(), z.union([z.number(), z.boolean()])),
  /** As it was sent: signed, and with the body that the endpoint's transformation made, if it has one. */
  request: z.object({
    url: z.string(),
    headers: headers,
    body: z.string().nullable().meta({ description: 'At most 16 KiB of it; null if it is no longer kept' }),
    encoding: z.enum(['utf8', 'base64']),
    bytes: z.int().nullable().meta({ description: 'Of the whole body' }),
    truncated: z.boolean(),
    transformed: z.boolean(),
  }),
  response: z
    .object({
      status: z.int(),
      headers: headers,
      body: z.string(),
      encoding: z.enum(['utf8', 'base64']),
      truncated: z.boolean(),
    })
    .nullable(),
  failure: z.string().nullable(),
  reason: z.string().nullable(),
  nextStep: z.string().nullable(),
  nextAttempt: timestamp.nullable(),
})
/** An attempt with its request and response as it is answered. */
export type DeliveryAttemptOut = z.output<typeof deliveryAttemptOut>

/**
 * A class of answers as Svix says it: its first status, or 0 where no response came.
 *
 * @example
 * statusCodeClass.safeParse(500).success // true
 * statusCodeClass.safeParse(503).success // false
 */
export const statusCodeClass = z.literal([0, 100, 200, 300, 400, 500], {
  error: 'A class is 100, 200, 300, 400, 500, or 0 where no response came.',
})

/**
 * A text to look for among ids and in payloads: 1 to 256 characters, without NUL.
 *
 * @example searchText.safeParse('inv_1').success // true
 */
export const searchText = z
  .string()
  .min(1, 'Give an id, or text of the payload.')
  .max(256, 'A text to look for has at most 256 characters.')
  .refine((text) => !text.includes('\0'), 'A text to look for holds no NUL.')

/**
 * Names of event types, `*` for all, or `invoice.*` for all that begin with `invoice.`.
 *
 * @example
 * eventTypePatterns.safeParse(['invoice.*', 'order.paid']).success // true
 * eventTypePatterns.safeParse(['*.paid']).success // false
 */
export const eventTypePatterns = z.array(
  z
    .string()
    .max(256, 'The name of an event type has at most 256 characters.')
    .regex(/^(\*|[a-zA-Z0-9\-_.]+?(\.\*)?)$/, 'Give the name of an event type, "*", or a pattern such as "invoice.*".'),
)

/**
 * How long something took at least, in milliseconds; what has not ended has no such time.
 *
 * @example durationMs.safeParse(5000).success // true
 */
export const durationMs = z
  .int('A duration is a whole number of milliseconds.')
  .min(0, 'A duration is not negative.')
  .max(31_536_000_000, 'A duration has at most a year.')

const deliverySearch = pageQuery.extend({
  status: commaList
    .pipe(z.array(deliveryStatus))
    .optional()
    .meta({ description: `One or several, with commas: ${deliveryStatus.options.join(', ')}` }),
  endpoint_id: z.string().optional().meta({ description: 'To this endpoint, by id or uid' }),
  message_id: z.string().optional().meta({ description: 'Of this message' }),
  run_id: z.string().optional().meta({ description: 'Of the steps of this run' }),
  event_types: commaList
    .pipe(eventTypePatterns)
    .optional()
    .meta({ description: 'One or several, with commas: names, or groups as invoice.*' }),
  status_code_class: z.coerce
    .number()
    .pipe(statusCodeClass)
    .optional()
    .meta({ description: 'Of the last answer: 200 for 200 to 299, and so on; 0: no answer came' }),
  failure: z.string().optional().meta({ description: 'Code of the last failure, such as connect_refused' }),
  min_duration_ms: z.coerce
    .number()
    .pipe(durationMs)
    .optional()
    .meta({ description: 'That took at least so many milliseconds from being made to their end, retries included' }),
  ...madeWithin,
  text: searchText
    .optional()
    .meta({ description: 'The id of a delivery, an attempt, a message or a run, an event id, or text as it stands in the payload' }),
})
/** What deliveries are searched by, read from the query: lists instead of commas, numbers instead of digits. */
export type DeliverySearch = z.output<typeof deliverySearch>

const cancelledOut = z.object({
  cancelled: z.int(),
  skipped: z.int().meta({ description: 'Had ended before, or are none of this application' }),
})

const noun = 'delivery'
const shared = { noun, scope: 'application' } as const
const base = '/api/v1/app/{app_id}/delivery'

/** The operations on deliveries, by what they do. */
export const deliveryOperations = {
  list: operation({
    ...shared,
    id: 'v1.delivery.list',
    method: 'GET',
    path: base,
    summary: 'Search deliveries, newest first; a page may come back short with "done": false, and its iterator goes on',
    access: 'read',
    query: deliverySearch,
    answers: { 200: pageOf(deliveryOut) },
  }),
  listEverywhere: operation({
    noun,
    scope: 'organisation',
    id: 'v1.delivery.list-everywhere',
    method: 'GET',
    path: '/api/v1/delivery',
    summary: 'Search the deliveries of all applications, newest first; pages as of one application',
    access: 'read',
    query: deliverySearch,
    answers: { 200: pageOf(deliveryOut) },
  }),
  get: operation({
    ...shared,
    id: 'v1.delivery.get',
    method: 'GET',
    path: `${base}/{delivery_id}`,
    summary: 'Get a delivery',
    access: 'read',
    answers: { 200: deliveryOut },
  }),
  attempts: operation({
    ...shared,
    id: 'v1.delivery.list-attempts',
    method: 'GET',
    path: `${base}/{delivery_id}/attempt`,
    summary: 'List the attempts of a delivery with request, response and phases',
    access: 'read',
    query: pageQuery,
    answers: { 200: pageOf(deliveryAttemptOut) },
  }),
  cancel: operation({
    ...shared,
    id: 'v1.delivery.cancel',
    method: 'POST',
    path: `${base}/{delivery_id}/cancel`,
    summary: 'End a delivery that is still waiting',
    refuses: ['conflict'],
    access: 'write',
    answers: { 200: deliveryOut },
  }),
  cancelMany: operation({
    ...shared,
    id: 'v1.delivery.cancel-many',
    method: 'POST',
    path: `${base}/cancel`,
    summary: 'End those of the named deliveries that are still waiting',
    access: 'write',
    body: z.strictObject({ deliveryIds: chosenIds }),
    answers: { 200: cancelledOut },
  }),
  resend: operation({
    ...shared,
    id: 'v1.delivery.resend',
    method: 'POST',
    path: `${base}/{delivery_id}/resend`,
    summary: 'Make one more attempt',
    refuses: ['endpoint_disabled'],
    access: 'write',
    answers: { 202: deliveryOut },
  }),
}
