import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { commaList } from '../value/comma-list.ts'
import { attemptTimeoutMs } from './attempt-timeout.ts'
import { channel } from '../message/channel.ts'
import { deliveryAttemptOut } from '../delivery/delivery.ts'
import { eventTypeName } from '../message/event-type.ts'
import { filter } from './filter.ts'
import { messageOut } from '../message/message.ts'
import { alsoUnder, olderNameOf, olderNamesOfEndpoint } from '../api/older-names.ts'
import { metadata, moment, operation, timestamp } from '../api/operation.ts'
import { namedPageQuery, pageOf } from '../api/paging.ts'
import { retryPolicySetting } from './retry-policy.ts'
import { signingProfile } from './signing-profile.ts'
import { successRule } from './success-rule.ts'
import { transformation } from './transformation.ts'
import { uidOf } from '../value/uid.ts'

/** An event type, `*` for all, or `invoice.*` for all that begin with `invoice.`. */
const eventTypePattern = z
  .string()
  .max(256, 'The name of an event type has at most 256 characters.')
  .regex(/^(\*|[a-zA-Z0-9\-_.]+?(\.\*)?)$/, 'Give the name of an event type, "*", or a pattern such as "invoice.*".')
const eventTypes = z
  .array(eventTypePattern)
  .min(1, 'Choose at least one event type, or leave the field out to receive all.')
  .max(500, 'An endpoint names at most 500 event types; a pattern such as "invoice.*" stands for many.')
  .nullable()
const channels = z.array(channel).max(10, 'An endpoint listens to at most 10 channels.').nullable()
const rateFault = 'A rate is 1 to 65535 messages a second; null for none.'
const throttleRate = z.int().min(1, rateFault).max(65535, rateFault).nullable()
const concurrencyFault = 'An endpoint has 1 to 256 requests under way at the same time; null for the default.'
const concurrency = z.int().min(1, concurrencyFault).max(256, concurrencyFault).nullable()
const onExhausted = z.enum(['continue', 'pause'], {
  error: 'Give "continue" to go on with the next delivery when one has failed for good, or "pause" to wait for you.',
})
const description = z.string().max(10_000, 'A description has at most 10,000 characters.')
const headers = z.record(z.string(), z.string())
const endpointState = z.enum(['active', 'paused', 'disabled'])

const fields = {
  url: z.string().min(1, 'An endpoint has a URL.').max(8192, 'A URL has at most 8,192 characters.'),
  uid: uidOf('ep').nullish(),
  description: description.default(''),
  eventTypes: eventTypes.optional(),
  channels: channels.optional(),
  filter: filter.nullish(),
  transformation: transformation.nullish(),
  disabled: z.boolean().optional(),
  state: endpointState.optional(),
  metadata: metadata.default({}),
  throttleRate: throttleRate.optional(),
  concurrency: concurrency.optional(),
  ordered: z.boolean().optional(),
  onExhausted: onExhausted.optional(),
  signing: signingProfile.optional(),
  retryPolicy: retryPolicySetting.nullish(),
  timeoutMs: attemptTimeoutMs.nullish(),
  success: successRule.nullish(),
  headers: headers.nullish(),
} as const

/**
 * What an endpoint is replaced with. What is left out has its default afterwards; the secret stays as it is.
 *
 * @example
 * endpointUpdate.safeParse({ url: 'https://example.com/webhooks', eventTypes: ['invoice.*'] }).success // true
 * endpointUpdate.safeParse({ url: 'https://example.com/webhooks', eventTypes: [] }).success // false
 */
export const endpointUpdate = z.strictObject(fields)

/**
 * What an endpoint is made of: a URL of up to 8,192 characters, and how it is sent to. Without a secret one is made.
 *
 * @example
 * endpointIn.parse({ url: 'https://example.com/webhooks' })
 * // { url: 'https://example.com/webhooks', description: '', metadata: {} }
 */
export const endpointIn = endpointUpdate.extend({ secret: z.string().max(256, 'A secret has at most 256 characters.').nullish() })

/**
 * What may be changed of an endpoint; what is left out stays as it is.
 *
 * @example
 * endpointPatch.parse({ state: 'paused' }) // { state: 'paused' }
 * endpointPatch.safeParse({ secret: 'whsec_...' }).success // false
 */
export const endpointPatch = z.strictObject({
  ...fields,
  url: fields.url.optional(),
  description: description.optional(),
  metadata: metadata.optional(),
  /** Version 1 of Svix's clients offers it; a secret that only seemed to change would be worse than none. */
  secret: z.null({ error: 'A secret is changed by POST .../secret/rotate.' }).optional(),
})

/**
 * An endpoint as it is read back, without its secret and its headers. `version` is for Svix's clients, and always 1.
 *
 * @example endpointOut.shape.state.options // ['active', 'paused', 'disabled']
 */
export const endpointOut = z.object({
  id: z.string(),
  uid: z.string().nullable(),
  url: z.string(),
  description: z.string(),
  eventTypes: eventTypes,
  filterTypes: olderNameOf('eventTypes', eventTypes),
  channels: channels,
  filter: filter.nullable(),
  transformation: transformation.nullable(),
  disabled: z.boolean(),
  state: endpointState,
  metadata: z.record(z.string(), z.string()),
  throttleRate: z.int().nullable(),
  rateLimit: olderNameOf('throttleRate', z.int().nullable()),
  concurrency: z.int().nullable(),
  ordered: z.boolean(),
  onExhausted,
  signing: signingProfile,
  retryPolicy: retryPolicySetting.nullable(),
  timeoutMs: z.int().nullable(),
  success: successRule,
  version: z.int(),
  createdAt: timestamp,
  updatedAt: timestamp,
})
/** An endpoint as it is answered. */
export type EndpointOut = z.output<typeof endpointOut>

/** An endpoint at the moment of its making, the only one that shows its secret. */
export const endpointMade = endpointOut.extend({ secret: z.string() })
/** An endpoint as it is answered when it was made. */
export type EndpointMade = z.output<typeof endpointMade>
/** A profile whose secrets have another form brings a new one. */
const endpointChanged = endpointOut.extend({ secret: z.string().optional() })
const headersOut = z.object({ headers, sensitive: z.array(z.string()) })
/** A replay, which goes on in the background: `id` finds it there. */
/** A replay, as Svix tells of work that goes on behind an answer. */
const taskOut = <Name extends string>(task: Name) =>
  z.object({ id: z.string(), status: z.literal('running'), task: z.literal(task), updatedAt: timestamp })
const stretch = z.strictObject({ since: moment, until: moment.nullish() })
/** A signing secret without its value. */
const secretAbout = z.object({
  id: z.string(),
  createdAt: timestamp,
  /** Null: until the next rotation. */
  expiresAt: timestamp.nullable(),
  /** Attempts carry a signature of it now. */
  signing: z.boolean(),
  /** The last attempt that carried a signature of it, as far as attempts are kept. */
  lastUsedAt: timestamp.nullable(),
})
const graceFault = 'An old secret signs on for 0 to 604800 seconds (7 days).'
const endpointSearch = namedPageQuery.extend({
  state: commaList
    .pipe(z.array(endpointState))
    .optional()
    .meta({ description: `One or several, with commas: ${endpointState.options.join(', ')}` }),
})

const noun = 'endpoint'
const base = '/api/v1/app/{app_id}/endpoint'
const one = `${base}/{endpoint_id}` as const
const shared = { noun, scope: 'application' } as const

/** The operations on endpoints, by what they do. Those of their attempts stand with the attempts. */
export const endpointOperations = {
  list: operation({
    ...shared,
    id: 'v1.endpoint.list',
    method: 'GET',
    path: base,
    summary: 'List endpoints',
    access: 'read',
    query: endpointSearch,
    answers: { 200: pageOf(endpointOut) },
  }),
  create: operation({
    ...shared,
    id: 'v1.endpoint.create',
    method: 'POST',
    path: base,
    summary: 'Create an endpoint; its secret is shown once',
    refuses: ['conflict', 'limit_reached'],
    access: 'write',
    body: alsoUnder(olderNamesOfEndpoint, endpointIn),
    documentedBody: endpointIn,
    answers: { 201: endpointMade },
  }),
  get: operation({
    ...shared,
    id: 'v1.endpoint.get',
    method: 'GET',
    path: one,
    summary: 'Get an endpoint',
    access: 'read',
    answers: { 200: endpointOut },
  }),
  update: operation({
    ...shared,
    id: 'v1.endpoint.update',
    method: 'PUT',
    path: one,
    summary: 'Replace an endpoint, or create it under this uid',
    refuses: ['conflict', 'limit_reached'],
    access: 'write',
    body: alsoUnder(olderNamesOfEndpoint, endpointUpdate),
    documentedBody: endpointUpdate,
    answers: { 200: endpointChanged, 201: endpointMade },
  }),
  patch: operation({
    ...shared,
    id: 'patch_endpoint',
    method: 'PATCH',
    path: one,
    summary: 'Change parts of an endpoint',
    refuses: ['conflict'],
    access: 'write',
    body: alsoUnder(olderNamesOfEndpoint, endpointPatch),
    documentedBody: endpointPatch,
    answers: { 200: endpointChanged },
  }),
  delete: operation({
    ...shared,
    id: 'v1.endpoint.delete',
    method: 'DELETE',
    path: one,
    summary: 'Delete an endpoint; what waits for it is cancelled',
    access: 'write',
    answers: { 204: null },
  }),
  getSecret: operation({
    ...shared,
    id: 'v1.endpoint.get-secret',
    method: 'GET',
    path: `${one}/secret`,
    summary: 'Read the signing secret, for 10 minutes after it was made',
    refuses: ['secret_already_shown'],
    access: 'write',
    answers: { 200: z.object({ key: z.string() }) },
  }),
  listSecrets: operation({
    ...shared,
    id: 'v1.endpoint.list-secrets',
    method: 'GET',
    path: `${one}/secret/list`,
    summary: 'List the signing secrets, newest first, without their values: until when each signs, and when it did last',
    access: 'read',
    answers: { 200: z.object({ data: z.array(secretAbout) }) },
  }),
  rotateSecret: operation({
    ...shared,
    id: 'v1.endpoint.rotate-secret',
    method: 'POST',
    path: `${one}/secret/rotate`,
    summary: 'Make a new signing secret, shown once with ?with_secret=true; the old one signs on for the grace period',
    refuses: ['limit_reached'],
    access: 'write',
    /** Svix's clients before 2.7 hear no body, and read the secret in a call of its own; later ones read "key". */
    query: z.strictObject({
      with_secret: z.stringbool().default(false).meta({ description: 'Answer with the new secret; else it can be read for 10 minutes' }),
    }),
    body: z.strictObject({
      key: z.string().max(256, 'A secret has at most 256 characters.').nullish(),
      gracePeriodSeconds: z.int().min(0, graceFault).max(604_800, graceFault).nullish(),
    }),
    answers: {
      200: z.object({ secret: z.string(), key: z.string().optional().meta({ description: "The same, for Svix's clients" }) }),
      204: null,
    },
  }),
  test: operation({
    ...shared,
    id: 'v1.endpoint.test',
    method: 'POST',
    path: `${one}/test`,
    summary: 'Send a test event now, whatever the state of the endpoint, and answer with what came of it',
    refuses: ['conflict'],
    access: 'write',
    body: z.strictObject({ eventType: eventTypeName.optional(), payload: anyJson.optional() }),
    answers: { 200: deliveryAttemptOut },
  }),
  sendExample: operation({
    ...shared,
    id: 'v1.endpoint.send-example',
    method: 'POST',
    path: `${one}/send-example`,
    summary: 'Send the example of an event type to this endpoint alone, as an ordinary message',
    refuses: ['endpoint_disabled', 'malformed_request'],
    access: 'write',
    body: z.strictObject({ eventType: eventTypeName, exampleIndex: z.int().min(0).nullish() }),
    answers: { 200: messageOut },
  }),
  recover: operation({
    ...shared,
    id: 'v1.endpoint.recover',
    method: 'POST',
    path: `${one}/recover`,
    summary: 'Try once more what failed since a time: a replay, oldest first and in the background',
    refuses: ['endpoint_disabled', 'limit_reached'],
    access: 'write',
    body: stretch,
    answers: { 202: taskOut('endpoint.recover') },
  }),
  replayMissing: operation({
    ...shared,
    id: 'v1.endpoint.replay-missing',
    method: 'POST',
    path: `${one}/replay-missing`,
    summary: 'Send what it subscribed to and never got since a time: a replay, oldest first and in the background',
    refuses: ['endpoint_disabled', 'limit_reached'],
    access: 'write',
    body: stretch,
    answers: { 202: taskOut('endpoint.replay') },
  }),
  getHeaders: operation({
    ...shared,
    id: 'v1.endpoint.get-headers',
    method: 'GET',
    path: `${one}/headers`,
    summary: 'Read the custom headers; sensitive values are named only',
    access: 'read',
    answers: { 200: headersOut },
  }),
  updateHeaders: operation({
    ...shared,
    id: 'v1.endpoint.update-headers',
    method: 'PUT',
    path: `${one}/headers`,
    summary: 'Replace the custom headers',
    access: 'write',
    body: z.strictObject({ headers }),
    answers: { 204: null },
  }),
  patchHeaders: operation({
    ...shared,
    id: 'v1.endpoint.patch-headers',
    method: 'PATCH',
    path: `${one}/headers`,
    summary: 'Change some custom headers; null removes one, as deleteHeaders does',
    access: 'write',
    body: z.strictObject({ headers: z.record(z.string(), z.string().nullable()), deleteHeaders: z.array(z.string()).nullish() }),
    answers: { 204: null },
  }),
}
