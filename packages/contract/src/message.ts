import { z } from 'zod'
import { eventTypeName } from './event-type.ts'
import { operation, timestamp, uid } from './operation.ts'
import { pageQuery } from './paging.ts'
import { pageOf } from './paging.ts'

/** A payload is a JSON object. It is not looked into: what is sent are the bytes that came. */
const payload = z.custom<object>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'The payload is a JSON object.',
)
const channels = z
  .array(
    z
      .string()
      .max(128)
      .regex(/^[a-zA-Z0-9\-_.]+$/, 'A channel is made of letters, digits, "-", "_" and ".".'),
  )
  .min(1)
  .max(5, 'A message has at most 5 channels.')
  .nullable()
const tags = z.array(z.string().max(128)).max(5, 'A message has at most 5 tags.').nullable()

export const messageIn = z.object({
  eventType: eventTypeName,
  payload,
  eventId: uid.nullish(),
  channels: channels.optional(),
  tags: tags.optional(),
  payloadRetentionPeriod: z.int().min(5).max(90).optional(),
})

/** An event as the founding document sends it; the rest of the envelope is Posthorn's to fill in. */
export const eventIn = z.strictObject({
  id: uid.optional(),
  type: eventTypeName,
  created_at: z.iso.datetime({ offset: true }).optional(),
  data: z.custom<unknown>((value) => value !== undefined, 'An event has data.'),
  channels: channels.optional(),
})

export const messageOut = z.object({
  id: z.string(),
  eventId: z.string().nullable(),
  eventType: eventTypeName,
  channels: channels,
  tags: tags,
  payload: z.record(z.string(), z.unknown()),
  timestamp: timestamp,
})
export type MessageOut = z.output<typeof messageOut>

const withContent = z.stringbool().default(true)
/** Svix's clients send lists as one text with commas. */
const commaList = z.string().transform((text) => text.split(',').filter((part) => part !== ''))
const noun = 'message'
const base = '/api/v1/app/{app_id}/msg'
const shared = { noun, scope: 'application' } as const

export const messageOperations = {
  list: operation({
    ...shared,
    id: 'v1.message.list',
    method: 'GET',
    path: base,
    summary: 'List messages, newest first',
    access: 'read',
    query: pageQuery.extend({
      channel: z.string().optional(),
      before: z.iso.datetime({ offset: true }).optional(),
      after: z.iso.datetime({ offset: true }).optional(),
      event_types: commaList.optional(),
      with_content: withContent,
    }),
    answers: { 200: pageOf(messageOut) },
  }),
  create: operation({
    ...shared,
    id: 'v1.message.create',
    method: 'POST',
    path: base,
    summary: 'Send a message to every endpoint that wants it',
    access: 'write',
    idempotency: 'commit',
    query: z.object({ with_content: withContent }),
    body: messageIn,
    answers: { 202: messageOut },
  }),
  event: operation({
    ...shared,
    id: 'v1.message.create-event',
    method: 'POST',
    path: '/api/v1/app/{app_id}/event',
    summary: 'Send an event in the envelope { id, type, created_at, data }',
    access: 'write',
    idempotency: 'commit',
    body: eventIn,
    answers: { 202: messageOut },
  }),
  get: operation({
    ...shared,
    id: 'v1.message.get',
    method: 'GET',
    path: `${base}/{msg_id}`,
    summary: 'Get a message by id or event id',
    access: 'read',
    query: z.object({ with_content: withContent }),
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
