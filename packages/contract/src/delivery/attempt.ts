import { z } from 'zod'
import { commaList } from '../value/comma-list.ts'
import { olderNameOf } from '../api/older-names.ts'
import { moment, operation, timestamp } from '../api/operation.ts'
import { madeWithin, pageOf, pageQuery } from '../api/paging.ts'
import { messageOut } from '../message/message.ts'

/** Svix's numbers: 0 success, 1 pending, 2 fail, 3 sending (failed, and another try is due). */
const statusNumber = z.literal([0, 1, 2, 3], { error: 'A status is 0 (success), 1 (pending), 2 (fail) or 3 (sending).' })
const statusText = z.enum(['success', 'pending', 'fail', 'sending'])

/**
 * An attempt as Svix shows it, in its numbers and beside them in words. `docs/svix.md` says what differs.
 *
 * @example [...attemptOut.shape.status.values] // [0, 1, 2, 3]
 */
export const attemptOut = z.object({
  id: z.string(),
  endpointId: z.string(),
  msgId: z.string(),
  url: z.string(),
  status: statusNumber,
  statusText: statusText,
  /** 0 if no complete response came. */
  responseStatusCode: z.int(),
  /** The response's body, or in plain words why there was none. */
  response: z.string(),
  responseDurationMs: z.int(),
  triggerType: z.union([z.literal(0), z.literal(1)]),
  timestamp: timestamp,
  /** Ours, beside Svix's fields. */
  attempt: z.int(),
  failure: z.string().nullable(),
  nextAttempt: timestamp.nullable(),
  /** Where it was asked for, and is still kept. */
  msg: messageOut.omit({ deliveries: true }).optional(),
})
/** An attempt as it is answered. */
export type AttemptOut = z.output<typeof attemptOut>

/** Svix's clients always ask so; what they ask for is how we answer in any case. */
const expandedStatuses = {
  expanded_statuses: z.stringbool().optional().meta({ description: 'For clients of Svix; makes no difference' }),
} as const
const status = z.coerce.number().pipe(statusNumber).optional().meta({ description: '0 success, 1 pending, 2 fail, 3 sending' })
const channel = z.string().optional().meta({ description: 'Of messages on this channel' })
const tag = z.string().optional().meta({ description: 'Of messages with this tag' })
const eventTypes = commaList.optional().meta({ description: 'One or several names, with commas' })
const pageOfAttempts = pageQuery.extend(expandedStatuses)

const attemptQuery = pageOfAttempts.extend({
  status,
  status_code_class: z.coerce
    .number()
    .pipe(z.literal([0, 100, 200, 300, 400, 500], { error: 'A class is 100, 200, 300, 400, 500, or 0 where no response came.' }))
    .optional()
    .meta({ description: 'Of the answer: 200 for 200 to 299, and so on; 0: no answer came' }),
  channel,
  tag,
  ...madeWithin,
  event_types: eventTypes,
  with_content: z.stringbool().default(true).meta({ description: 'Whether the answers of receivers are returned' }),
})

const endpointMessageOut = z.object({
  id: z.string(),
  eventId: z.string().nullable(),
  eventType: z.string(),
  channels: z.array(z.string()).nullable(),
  tags: z.array(z.string()).nullable(),
  payload: z.record(z.string(), z.unknown()),
  timestamp: timestamp,
  status: statusNumber,
  statusText: statusText,
  nextAttempt: timestamp.nullable(),
})
const messageEndpointOut = z.object({
  id: z.string(),
  uid: z.string().nullable(),
  url: z.string(),
  description: z.string(),
  eventTypes: z.array(z.string()).nullable(),
  filterTypes: olderNameOf('eventTypes', z.array(z.string()).nullable()),
  channels: z.array(z.string()).nullable(),
  disabled: z.boolean(),
  throttleRate: z.int().nullable(),
  rateLimit: olderNameOf('throttleRate', z.int().nullable()),
  createdAt: timestamp,
  updatedAt: timestamp,
  status: statusNumber,
  statusText: statusText,
  nextAttempt: timestamp.nullable(),
})
/** An endpoint of a message, with what became of the message there. */
export type MessageEndpointOut = z.output<typeof messageEndpointOut>

const noun = 'message-attempt'
const shared = { noun, scope: 'application' } as const
const app = '/api/v1/app/{app_id}'

/** The operations on attempts, by what they do; their paths and ids are those of Svix. */
export const attemptOperations = {
  listByEndpoint: operation({
    ...shared,
    id: 'v1.message-attempt.list-by-endpoint',
    method: 'GET',
    path: `${app}/attempt/endpoint/{endpoint_id}`,
    summary: 'List attempts to an endpoint, newest first',
    access: 'read',
    query: attemptQuery.extend({
      with_msg: z.stringbool().default(false).meta({ description: 'Also the message of each, without its payload' }),
    }),
    answers: { 200: pageOf(attemptOut) },
  }),
  listByMessage: operation({
    ...shared,
    id: 'v1.message-attempt.list-by-msg',
    method: 'GET',
    path: `${app}/attempt/msg/{msg_id}`,
    summary: 'List attempts of a message, newest first',
    access: 'read',
    query: attemptQuery.extend({ endpoint_id: z.string().optional().meta({ description: 'To this endpoint, by id or uid' }) }),
    answers: { 200: pageOf(attemptOut) },
  }),
  attemptedMessages: operation({
    ...shared,
    id: 'v1.message-attempt.list-attempted-messages',
    method: 'GET',
    path: `${app}/endpoint/{endpoint_id}/msg`,
    summary: 'List the messages of an endpoint with what became of them',
    access: 'read',
    query: pageOfAttempts.extend({
      channel,
      tag,
      status,
      ...madeWithin,
      event_types: eventTypes,
      with_content: z.stringbool().default(true).meta({ description: 'Whether payloads are returned' }),
    }),
    answers: { 200: pageOf(endpointMessageOut) },
  }),
  get: operation({
    ...shared,
    id: 'v1.message-attempt.get',
    method: 'GET',
    path: `${app}/msg/{msg_id}/attempt/{attempt_id}`,
    summary: 'Get an attempt',
    access: 'read',
    query: z.strictObject(expandedStatuses),
    answers: { 200: attemptOut },
  }),
  expunge: operation({
    ...shared,
    id: 'v1.message-attempt.expunge-content',
    method: 'DELETE',
    path: `${app}/msg/{msg_id}/attempt/{attempt_id}/content`,
    summary: 'Remove the response of an attempt for good',
    access: 'write',
    answers: { 204: null },
  }),
  destinations: operation({
    ...shared,
    id: 'v1.message-attempt.list-attempted-destinations',
    method: 'GET',
    path: `${app}/msg/{msg_id}/endpoint`,
    summary: 'List the endpoints of a message with what became of it',
    access: 'read',
    query: pageQuery,
    answers: { 200: pageOf(messageEndpointOut) },
  }),
  resend: operation({
    ...shared,
    id: 'v1.message-attempt.resend',
    method: 'POST',
    path: `${app}/msg/{msg_id}/endpoint/{endpoint_id}/resend`,
    summary: 'Send a message to an endpoint once more',
    refuses: ['missing_payload', 'endpoint_disabled'],
    access: 'write',
    answers: { 202: z.object({}) },
  }),
  stats: operation({
    ...shared,
    id: 'v1.endpoint.get-stats',
    method: 'GET',
    path: `${app}/endpoint/{endpoint_id}/stats`,
    summary: 'Count the messages of an endpoint by what became of them',
    access: 'read',
    query: z.strictObject({
      since: moment.optional().meta({ description: 'Of messages from this time on' }),
      until: moment.optional().meta({ description: 'Of messages from before this time' }),
    }),
    answers: {
      200: z.object({
        success: z.int(),
        pending: z.int(),
        sending: z.int(),
        fail: z.int(),
        canceled: z.int(),
        /** Ours: events that came while the endpoint was disabled, since it was made. */
        skipped: z.int(),
      }),
    },
  }),
}
