import { z } from 'zod'
import { applicationAsGiven, applicationIn } from '../application/application.ts'
import { channel } from './channel.ts'
import { commaList } from '../value/comma-list.ts'
import { eventTypeName } from './event-type.ts'
import { moment, operation, timestamp } from '../api/operation.ts'
import { madeWithin, pageOf, pageQuery } from '../api/paging.ts'
import { uidOf } from '../value/uid.ts'

/** A payload is a JSON object. It is not looked into: what is sent are the bytes that came. */
const payload = z.custom<object>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'The payload is a JSON object.',
)
const channels = z
  .array(channel)
  .min(1, 'Name at least one channel, or leave the field out.')
  .max(5, 'A message has at most 5 channels.')
  .nullable()
const tags = z
  .array(z.string().min(1, 'A tag is not empty.').max(128, 'A tag has at most 128 characters.'))
  .max(5, 'A message has at most 5 tags.')
  .nullable()
const eventId = uidOf('msg')

const hoursFault = 'A payload is kept 1 to 2160 hours (90 days).'

/**
 * What a message is made of: an event type and a JSON object, on up to 5 channels and with up to 5 tags. A payload is kept for days
 * (5 to 90) or hours (1 to 2160).
 *
 * @example
 * messageIn.safeParse({ eventType: 'invoice.paid', payload: { invoice: 'inv_1' } }).success // true
 * messageIn.safeParse({ eventType: 'invoice.paid', payload: [] }).success // false
 */
export const messageIn = z.strictObject({
  eventType: eventTypeName,
  payload,
  eventId: eventId.nullish(),
  channels: channels.optional(),
  tags: tags.optional(),
  /** Days. */
  payloadRetentionPeriod: z.int().min(5, 'A payload is kept 5 to 90 days.').max(90, 'A payload is kept 5 to 90 days.').nullish(),
  /** In place of days. */
  payloadRetentionHours: z.int().min(1, hoursFault).max(2160, hoursFault).nullish(),
  /** Made on the way if the path names none: its uid is the one in the path. */
  application: applicationIn.nullish(),
  /** Accepting a time and not keeping it would send too early. */
  deliverAt: z.null({ error: 'Posthorn sends messages at once. Create the message when it is due.' }).optional(),
  /** `rawPayload`: a JSON object as text, sent in place of `payload`. */
  transformationsParams: z.strictObject({ rawPayload: z.string().nullish() }).nullish(),
})

const BATCH_MAX = 1000
const messagesFault = `A batch has 1 to ${BATCH_MAX} messages.`
/** Each message is read on its own, so that one which is not as it should be leaves the others alone. */
const batchAsGiven = z.strictObject({
  messages: z.array(z.unknown(), 'Give the messages as a list.').min(1, messagesFault).max(BATCH_MAX, messagesFault),
  application: applicationAsGiven.nullish(),
})
/** As single messages, but for the application, which is the same for all. */
const messageOfBatch = messageIn.omit({ application: true })

const batchOut = z.object({
  accepted: z.int(),
  refused: z.int(),
  /** In the order of the messages. */
  data: z.array(
    z.object({
      index: z.int(),
      /** Null: it was refused. */
      id: z.string().nullable(),
      error: z
        .object({
          code: z.string(),
          detail: z.string(),
          errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })),
        })
        .nullable(),
    }),
  ),
})
/** What became of a batch, message by message. */
export type BatchOut = z.output<typeof batchOut>

/**
 * An event in the envelope `{ id, type, created_at, data }`; the rest of the envelope is Posthorn's to fill in.
 *
 * @example eventIn.safeParse({ id: 'inv_1-paid', type: 'invoice.paid', data: { invoice: 'inv_1' } }).success // true
 */
export const eventIn = z.strictObject({
  id: eventId.optional(),
  type: eventTypeName,
  created_at: moment.optional(),
  data: z.custom<unknown>((value) => value !== undefined, 'An event has data.'),
  channels: channels.optional(),
})

/** A message as it is read back. `payload` is `{}` where it is not asked for, and `{ expired: true }` where it is no longer kept. */
export const messageOut = z.object({
  id: z.string(),
  eventId: z.string().nullable(),
  eventType: eventTypeName,
  channels: channels,
  tags: tags,
  payload: z.record(z.string(), z.unknown()),
  timestamp: timestamp,
  deliveries: z
    .object({ all: z.int(), delivered: z.int(), failed: z.int(), cancelled: z.int() })
    .optional()
    .meta({ description: 'How many it has, and how those ended that have; only in lists that are asked for it' }),
})
/** A message as it is answered. */
export type MessageOut = z.output<typeof messageOut>

const withContent = z.stringbool().default(true).meta({ description: 'Whether payloads are returned' })
const noun = 'message'
const base = '/api/v1/app/{app_id}/msg'
const shared = { noun, scope: 'application' } as const

/** The operations on messages, by what they do. */
export const messageOperations = {
  list: operation({
    ...shared,
    id: 'v1.message.list',
    method: 'GET',
    path: base,
    summary: 'List messages, newest first',
    access: 'read',
    query: pageQuery.extend({
      channel: z.string().optional().meta({ description: 'On this channel' }),
      tag: z.string().optional().meta({ description: 'With this tag' }),
      ...madeWithin,
      event_types: commaList.optional().meta({ description: 'One or several names, with commas' }),
      with_content: withContent,
      with_deliveries: z.stringbool().default(false).meta({ description: 'Whether the deliveries of each are counted' }),
    }),
    answers: { 200: pageOf(messageOut) },
  }),
  create: operation({
    ...shared,
    id: 'v1.message.create',
    method: 'POST',
    path: base,
    summary: 'Send a message to every endpoint that wants it',
    refuses: ['conflict', 'malformed_request', 'payload_too_large', 'application_reserved'],
    access: 'write',
    idempotency: 'commit',
    query: z.strictObject({ with_content: withContent }),
    body: messageIn.extend({ application: applicationAsGiven.nullish() }),
    documentedBody: messageIn,
    answers: { 202: messageOut },
  }),
  createBatch: operation({
    ...shared,
    id: 'v1.message.create-batch',
    method: 'POST',
    path: `${base}/batch`,
    summary: 'Send up to 1,000 messages, each accepted or refused on its own',
    refuses: ['application_reserved'],
    access: 'write',
    idempotency: 'commit',
    body: batchAsGiven,
    documentedBody: z.strictObject({ messages: z.array(messageOfBatch).min(1).max(BATCH_MAX), application: applicationIn.nullish() }),
    answers: { 200: batchOut },
  }),
  event: operation({
    ...shared,
    id: 'v1.message.create-event',
    method: 'POST',
    path: '/api/v1/app/{app_id}/event',
    summary: 'Send an event in the envelope { id, type, created_at, data }',
    refuses: ['conflict', 'malformed_request', 'payload_too_large', 'application_reserved'],
    access: 'write',
    idempotency: 'commit',
    body: eventIn,
    answers: { 202: messageOut },
  }),
  precheck: operation({
    ...shared,
    id: 'v1.message.precheck',
    method: 'POST',
    path: `${base}/precheck/active`,
    summary: 'Say whether an endpoint would get such a message, so that nobody makes what nobody gets',
    access: 'read',
    body: z.strictObject({ eventType: eventTypeName, channels: channels.optional() }),
    answers: { 200: z.object({ active: z.boolean() }) },
  }),
  get: operation({
    ...shared,
    id: 'v1.message.get',
    method: 'GET',
    path: `${base}/{msg_id}`,
    summary: 'Get a message by id or event id',
    access: 'read',
    query: z.strictObject({ with_content: withContent }),
    answers: { 200: messageOut },
  }),
  expunge: operation({
    ...shared,
    id: 'v1.message.expunge-content',
    method: 'DELETE',
    path: `${base}/{msg_id}/content`,
    summary: 'Remove the payload of a message for good',
    access: 'write',
    answers: { 204: null },
  }),
}
