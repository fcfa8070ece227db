import { z } from 'zod'
import { moment, operation, timestamp } from './operation.ts'
import { pageOf, pageQuery } from './paging.ts'

const status = z.enum(['waiting', 'sending', 'throttled', 'held', 'delivered', 'failed', 'cancelled'])

export const deliveryOut = z.object({
  id: z.string(),
  status: status,
  eventType: z.string(),
  messageId: z.string().nullable(),
  endpointId: z.string().nullable(),
  runId: z.string().nullable(),
  stepId: z.string().nullable(),
  attempts: z.int(),
  nextAttempt: timestamp.nullable(),
  lastStatusCode: z.int().nullable(),
  /** The code of the last failure; `lastFailureReason` says it in plain words, `nextStep` what can be done. */
  lastFailure: z.string().nullable(),
  lastFailureReason: z.string().nullable(),
  nextStep: z.string().nullable(),
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
})
export type DeliveryOut = z.output<typeof deliveryOut>

const header = z.tuple([z.string(), z.string()])

export const deliveryAttemptOut = z.object({
  id: z.string(),
  n: z.int(),
  manual: z.boolean(),
  ok: z.boolean(),
  startedAt: timestamp,
  durationMs: z.int(),
  /** Milliseconds of each phase: waitMs, dnsMs, connectMs, tlsMs, firstByteMs, bodyMs, totalMs. */
  phases: z.record(z.string(), z.union([z.number(), z.boolean()])),
  request: z.object({ url: z.string(), headers: z.array(header) }),
  response: z
    .object({
      status: z.int(),
      headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
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
export type DeliveryAttemptOut = z.output<typeof deliveryAttemptOut>

const noun = 'delivery'
const shared = { noun, scope: 'application' } as const
const base = '/api/v1/app/{app_id}/delivery'

export const deliveryOperations = {
  list: operation({
    ...shared,
    id: 'v1.delivery.list',
    method: 'GET',
    path: base,
    summary: 'Search deliveries, newest first',
    access: 'read',
    query: pageQuery.extend({
      status: status.optional(),
      endpoint_id: z.string().optional(),
      message_id: z.string().optional(),
      run_id: z.string().optional(),
      event_type: z.string().optional(),
      before: moment.optional(),
      after: moment.optional(),
    }),
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
    access: 'write',
    answers: { 200: deliveryOut },
  }),
  resend: operation({
    ...shared,
    id: 'v1.delivery.resend',
    method: 'POST',
    path: `${base}/{delivery_id}/resend`,
    summary: 'Make one more attempt',
    access: 'write',
    answers: { 202: deliveryOut },
  }),
}
