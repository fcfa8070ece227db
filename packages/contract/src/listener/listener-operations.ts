import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { commaList } from '../value/comma-list.ts'
import { asKept } from '../kept.ts'
import { listenerIn, listenerMethods } from './listener.ts'
import { systemName } from './system.ts'
import { verifyRequestIn, verdictOut } from './verify-request.ts'
import { authKinds, shownListenerAuth } from './listener-auth.ts'
import { operation, timestamp } from '../api/operation.ts'
import { namedPageQuery, pageOf } from '../api/paging.ts'

const shownRow = z.object({
  name: z.string(),
  value: z.string().optional(),
  required: z.boolean().optional(),
  locked: z.boolean().optional(),
})

const capture = z.object({
  status: z.enum(['waiting', 'taken', 'failed', 'expired']),
  since: timestamp,
  until: timestamp,
  requestId: z.string().nullable().meta({ description: 'The request that was taken, or could not be' }),
  detail: z.string().nullable().meta({ description: 'Why it could not be taken' }),
})

/** A listener as it is read back. */
export const listenerOut = listenerIn.extend({
  id: z.string(),
  uid: z.string().nullable(),
  publicUrl: z.string().meta({ description: 'Where its sender sends to' }),
  suffix: z.string(),
  reply: asKept(listenerIn.shape.reply),
  methods: z.array(z.enum(listenerMethods)),
  auth: shownListenerAuth,
  expected: z.object({
    headers: z.array(shownRow).meta({ description: 'The locked rows follow from the authentication; they are ignored when written' }),
    query: z.array(shownRow),
    body: anyJson.optional(),
    strict: z.boolean(),
  }),
  capture: capture.nullable().meta({
    description:
      'Whether the next accepted request becomes what is expected, and what came of it when that was asked last; null: it was not',
  }),
  warnings: z.array(z.string()).meta({ description: 'What its owner should know and may leave as it is' }),
  revision: z.string().meta({ description: 'Its ETag. Send it as If-Match, and nobody is written over' }),
  createdAt: timestamp,
  updatedAt: timestamp,
})
/** A listener as it is answered. */
export type ListenerOut = z.output<typeof listenerOut>

/**
 * What may be changed of a listener. What is left out stays, so no field has a default; one that is given is replaced whole.
 *
 * @example listenerPatch.parse({ enabled: false }) // { enabled: false }
 */
export const listenerPatch: z.ZodObject<Record<string, z.ZodOptional>> = z.strictObject(
  Object.fromEntries(Object.entries(listenerIn.shape).map(([name, field]) => [name, withoutDefault(field).optional()])),
)

function withoutDefault(schema: z.core.$ZodType): z.ZodType {
  const whole = schema as z.ZodType
  return whole instanceof z.ZodDefault || whole instanceof z.ZodPrefault || whole instanceof z.ZodOptional
    ? withoutDefault(whole.unwrap())
    : whole
}

const captureIn = z
  .strictObject({
    request: z.string().max(100).optional().meta({
      description: 'The id of an accepted request of this listener; absent: the newest that is kept',
    }),
    next: z.boolean().default(false).meta({
      description: 'Waits for the next one instead: what is expected changes when it comes. `capture` of the listener says how that stands',
    }),
    seconds: z.int().min(1).max(86_400).optional().meta({ description: 'How long the next one is waited for; absent: 10 minutes' }),
  })
  .superRefine(({ request, next, seconds }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (next && request !== undefined) refuse('request', 'Name a request, or wait for the next one.')
    if (!next && seconds !== undefined) refuse('seconds', 'Nothing is waited for without "next": true.')
  })

const listenerSearch = namedPageQuery.extend({
  system: commaList.pipe(z.array(systemName)).optional().meta({ description: 'Of one or several systems, with commas' }),
  auth: commaList
    .pipe(z.array(z.enum(authKinds)))
    .optional()
    .meta({ description: `With one or several kinds of authentication, with commas: ${authKinds.join(', ')}` }),
})

const base = '/api/v1/app/{app_id}/listener'
const one = `${base}/{listener_id}` as const
const shared = { noun: 'listener', scope: 'application' } as const

/** The operations on listeners, by what they do. Those on their requests stand with the requests. */
export const listenerOperations = {
  list: operation({
    ...shared,
    id: 'v1.listener.list',
    method: 'GET',
    path: base,
    summary: 'List listeners',
    access: 'read',
    query: listenerSearch,
    answers: { 200: pageOf(listenerOut) },
  }),
  create: operation({
    ...shared,
    id: 'v1.listener.create',
    method: 'POST',
    path: base,
    summary: 'Create a listener: a public URL at which requests arrive',
    refuses: ['conflict'],
    access: 'write',
    body: listenerIn,
    answers: { 201: listenerOut },
  }),
  get: operation({
    ...shared,
    id: 'v1.listener.get',
    method: 'GET',
    path: one,
    summary: 'Get a listener',
    access: 'read',
    answers: { 200: listenerOut },
  }),
  update: operation({
    ...shared,
    id: 'v1.listener.update',
    method: 'PUT',
    path: one,
    summary: 'Replace a listener, or create it under this uid',
    refuses: ['conflict', 'draft_changed'],
    access: 'write',
    body: listenerIn,
    answers: { 200: listenerOut, 201: listenerOut },
  }),
  patch: operation({
    ...shared,
    id: 'v1.listener.patch',
    method: 'PATCH',
    path: one,
    summary: 'Change parts of a listener; each field that is given is replaced whole',
    refuses: ['conflict', 'draft_changed'],
    access: 'write',
    body: listenerPatch,
    answers: { 200: listenerOut },
  }),
  verify: operation({
    ...shared,
    id: 'v1.listener.verify',
    method: 'POST',
    path: `${one}/verify`,
    summary: 'Check whether a request would be taken, one that is pasted or one that is kept, and why not; nothing is kept of it',
    access: 'read',
    body: verifyRequestIn,
    answers: { 200: verdictOut },
  }),
  capture: operation({
    ...shared,
    id: 'v1.listener.capture',
    method: 'POST',
    path: `${one}/capture`,
    summary:
      'Take an accepted request, or the next that comes, as the example of what the listener expects: its headers without credentials, its query and its body',
    refuses: ['conflict', 'draft_changed'],
    access: 'write',
    body: captureIn,
    answers: { 200: listenerOut },
  }),
  cancelCapture: operation({
    ...shared,
    id: 'v1.listener.cancel-capture',
    method: 'POST',
    path: `${one}/capture/cancel`,
    summary: 'Wait no longer for the request that becomes the example; what is expected stays as it is',
    refuses: ['draft_changed'],
    access: 'write',
    answers: { 200: listenerOut },
  }),
  delete: operation({
    ...shared,
    id: 'v1.listener.delete',
    method: 'DELETE',
    path: one,
    summary: 'Delete a listener; its URL answers 404 from then on',
    refuses: ['draft_changed'],
    access: 'write',
    answers: { 204: null },
  }),
}
