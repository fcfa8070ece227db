import { z } from 'zod'
import { metadata, operation, timestamp, uid } from './operation.ts'
import { orderedPageQuery, pageOf } from './paging.ts'

/** An event type, `*` for all, or `invoice.*` for all that begin with `invoice.`. */
const eventTypePattern = z
  .string()
  .max(256)
  .regex(/^(\*|[a-zA-Z0-9\-_.]+?(\.\*)?)$/, 'Give the name of an event type, "*", or a pattern such as "invoice.*".')
const eventTypes = z
  .array(eventTypePattern)
  .min(1, 'Choose at least one event type, or leave the field out to receive all.')
  .max(500)
  .nullable()
const channels = z
  .array(
    z
      .string()
      .max(128)
      .regex(/^[a-zA-Z0-9\-_.]+$/),
  )
  .max(10)
  .nullable()
const throttleRate = z.int().min(1).max(65535).nullable()

export const signingProfile = z.enum(['standard', 'svix', 'hex'])
/** A preset, or waits of one's own. */
export const retryPolicySetting = z.union([
  z.enum(['standard', 'invoice', 'step']),
  z.strictObject({ waitsSeconds: z.array(z.int().min(1).max(86_400)).max(100), jitter: z.number().min(0).max(1).default(0) }),
])
export const successRule = z.union([z.literal('2xx'), z.array(z.int().min(200).max(599)).min(1).max(50)])

const fields = {
  url: z.string().min(1, 'An endpoint has a URL.').max(8192),
  uid: uid.nullish(),
  description: z.string().max(10_000).default(''),
  eventTypes: eventTypes.optional(),
  channels: channels.optional(),
  disabled: z.boolean().optional(),
  state: z.enum(['active', 'paused', 'disabled']).optional(),
  metadata: metadata.default({}),
  throttleRate: throttleRate.optional(),
  signing: signingProfile.optional(),
  retryPolicy: retryPolicySetting.nullish(),
  timeoutMs: z.int().min(100).max(60_000).nullish(),
  success: successRule.nullish(),
  headers: z.record(z.string(), z.string()).optional(),
} as const

export const endpointUpdate = z.object(fields)
export const endpointIn = endpointUpdate.extend({ secret: z.string().max(256).nullish() })
export const endpointPatch = z.object({
  ...fields,
  url: fields.url.optional(),
  description: z.string().max(10_000).optional(),
  metadata: metadata.optional(),
})

export const endpointOut = z.object({
  id: z.string(),
  uid: uid.nullable(),
  url: z.string(),
  description: z.string(),
  eventTypes: eventTypes,
  channels: channels,
  disabled: z.boolean(),
  state: z.enum(['active', 'paused', 'disabled']),
  metadata: z.record(z.string(), z.string()),
  throttleRate: throttleRate,
  signing: signingProfile,
  retryPolicy: retryPolicySetting.nullable(),
  timeoutMs: z.int().nullable(),
  success: successRule,
  version: z.int(),
  createdAt: timestamp,
  updatedAt: timestamp,
})
export type EndpointOut = z.output<typeof endpointOut>

const headersOut = z.object({ headers: z.record(z.string(), z.string()), sensitive: z.array(z.string()) })
const noun = 'endpoint'
const base = '/api/v1/app/{app_id}/endpoint'
const one = `${base}/{endpoint_id}` as const
const shared = { noun, scope: 'application' } as const

export const endpointOperations = {
  list: operation({
    ...shared,
    id: 'v1.endpoint.list',
    method: 'GET',
    path: base,
    summary: 'List endpoints',
    access: 'read',
    query: orderedPageQuery,
    answers: { 200: pageOf(endpointOut) },
  }),
  create: operation({
    ...shared,
    id: 'v1.endpoint.create',
    method: 'POST',
    path: base,
    summary: 'Create an endpoint; its secret is shown once',
    access: 'write',
    body: endpointIn,
    answers: { 201: endpointOut.extend({ secret: z.string() }) },
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
    access: 'write',
    body: endpointUpdate,
    answers: { 200: endpointOut, 201: endpointOut.extend({ secret: z.string() }) },
  }),
  patch: operation({
    ...shared,
    id: 'patch_endpoint',
    method: 'PATCH',
    path: one,
    summary: 'Change parts of an endpoint',
    access: 'write',
    body: endpointPatch,
    answers: { 200: endpointOut },
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
    access: 'write',
    answers: { 200: z.object({ key: z.string() }) },
  }),
  rotateSecret: operation({
    ...shared,
    id: 'v1.endpoint.rotate-secret',
    method: 'POST',
    path: `${one}/secret/rotate`,
    summary: 'Make a new signing secret; the old one signs on for the grace period',
    access: 'write',
    body: z.object({
      key: z.string().max(256).nullish(),
      gracePeriodSeconds: z.int().min(0).max(604_800, 'An old secret signs on for at most 7 days (604800 seconds).').nullish(),
    }),
    answers: { 204: null },
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
    body: z.object({ headers: z.record(z.string(), z.string()) }),
    answers: { 204: null },
  }),
  patchHeaders: operation({
    ...shared,
    id: 'v1.endpoint.patch-headers',
    method: 'PATCH',
    path: `${one}/headers`,
    summary: 'Change some custom headers; null removes one',
    access: 'write',
    body: z.object({ headers: z.record(z.string(), z.string().nullable()) }),
    answers: { 204: null },
  }),
}
