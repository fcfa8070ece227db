import { z } from 'zod'
import { durationMs, eventTypePatterns, searchText, statusCodeClass } from './delivery.ts'
import { chosenIds } from '../value/chosen-ids.ts'
import { moment, operation, timestamp } from '../api/operation.ts'
import { pageOf, pageQuery } from '../api/paging.ts'

/** What has ended is sent once more; what waits for a later try is tried now. */
const againStatus = z.enum(['delivered', 'failed', 'cancelled', 'waiting'], {
  error:
    'Give "delivered", "failed", "cancelled" or "waiting": what is throttled or held is sent by itself once there is room or its endpoint is active.',
})
const kind = z.enum(['deliveries', 'missing'])
const anyKind = z.enum(['deliveries', 'missing', 'requests'])
const replayStatus = z.enum(['running', 'done', 'cancelled', 'failed'])
const rateFault = 'A rate is 1 to 1000 a second.'

/** Strict: a misspelt field would silently mean more than was wanted. */
const replayFilter = z.strictObject({
  status: z.array(againStatus).min(1, 'Name at least one status, or leave the field out for "failed".').optional(),
  deliveryIds: chosenIds.optional(),
  endpointId: z.string().optional(),
  messageId: z.string().optional(),
  messageIds: chosenIds.optional(),
  runId: z.string().optional(),
  eventTypes: eventTypePatterns.min(1, 'Name at least one event type, or leave the field out.').optional(),
  statusCodeClass: statusCodeClass.optional(),
  failure: z.string().optional(),
  minDurationMs: durationMs.optional(),
  before: moment.optional(),
  after: moment.optional(),
  text: searchText.optional(),
})

/**
 * What is to be sent once more, and how fast: 1 to 1000 a second. What is left out of the filter does not narrow it, but for
 * `status`, which is then `failed`; of deliveries that are named by `deliveryIds` it is any that can be sent again.
 *
 * @example
 * replayIn.parse({ filter: { endpointId: 'ep_1' } })
 * // { kind: 'deliveries', filter: { endpointId: 'ep_1' }, ratePerSecond: 50, dryRun: false }
 * replayIn.safeParse({ endpointId: 'ep_1' }).success // false
 */
export const replayIn = z.strictObject({
  /** `deliveries` are sent once more, or tried now; `missing`: messages that the endpoint subscribed to and never got. */
  kind: kind.default('deliveries'),
  /**
   * As the search of deliveries, or up to 1,000 `deliveryIds`, or those of up to 1,000 `messageIds`. Without `status`: those that failed, of
   * `deliveryIds` all that have ended or wait for a later try. `waiting`: those that wait for a later try.
   */
  filter: replayFilter.default({}),
  ratePerSecond: z.int().min(1, rateFault).max(1000, rateFault).default(50),
  /** Answers what it would send, and does nothing. */
  dryRun: z.boolean().default(false),
})
/** A replay as it was asked for, with every default filled in. */
export type ReplayIn = z.output<typeof replayIn>

const requestSet = z.object({
  requestIds: z.array(z.string()).nullable(),
  listenerId: z.string().nullable().meta({ description: 'Null: all whose requests a flow takes' }),
  eventType: z.string().nullable(),
  method: z.string().nullable(),
  statusCodeClass: z.int().nullable(),
  minDurationMs: z.int().nullable(),
  before: timestamp.nullable(),
  after: timestamp.nullable(),
  text: z.string().nullable(),
  flowId: z.string().nullable(),
  version: z.int().nullable(),
})

/**
 * A replay with how far it came. `queued` and `skipped` make `matched` together, once it is done.
 *
 * @example replayOut.shape.status.options // ['running', 'done', 'cancelled', 'failed']
 */
export const replayOut = z.object({
  id: z.string(),
  kind: anyKind,
  status: replayStatus,
  filter: z.object({
    status: z.array(againStatus),
    /** If the text was the id of one. */
    deliveryId: z.string().nullable(),
    deliveryIds: z.array(z.string()).nullable(),
    endpointId: z.string().nullable(),
    messageId: z.string().nullable(),
    messageIds: z.array(z.string()).nullable(),
    runId: z.string().nullable(),
    eventTypes: z.array(z.string()).nullable(),
    statusCodeClass: z.int().nullable(),
    failure: z.string().nullable(),
    minDurationMs: z.int().nullable(),
    before: timestamp.nullable(),
    after: timestamp.nullable(),
    text: z.string().nullable(),
  }),
  requests: requestSet.nullable().meta({ description: 'Which requests run again, and by what; null of a replay of deliveries' }),
  ratePerSecond: z.int(),
  /** Found so far; each of them is queued or skipped. */
  matched: z.int(),
  queued: z.int(),
  /** Not sent, because their payload is gone or their endpoint takes nothing; not run, because no flow takes them. */
  skipped: z.int(),
  /** How far it came: when the last one that it looked at was made. */
  reached: timestamp.nullable(),
  /** Why it failed. `internal`: its next step failed again and again; the log of the server has the reason. */
  failure: z.enum(['application_deleted', 'endpoint_deleted', 'listener_deleted', 'flow_deleted', 'internal']).nullable(),
  startedAt: timestamp,
  updatedAt: timestamp,
  finishedAt: timestamp.nullable(),
})
/** A replay as it is answered. */
export type ReplayOut = z.output<typeof replayOut>

/**
 * What a replay would send, as `dryRun` answers it: a count and the first few.
 *
 * @example replayPreview.safeParse({ matched: 0, exact: true, sample: [] }).success // true
 */
export const replayPreview = z.object({
  /** How many it would send; at least so many, if the count is not exact. */
  matched: z.int(),
  exact: z.boolean(),
  /** The first ones. */
  sample: z.array(
    z.object({
      deliveryId: z.string().nullable(),
      messageId: z.string().nullable(),
      endpointId: z.string().nullable(),
      eventType: z.string(),
      createdAt: timestamp,
    }),
  ),
})
/** What a replay would send, as it is answered. */
export type ReplayPreview = z.output<typeof replayPreview>

const noun = 'replay'
const base = '/api/v1/app/{app_id}/replay'
const shared = { noun, scope: 'application' } as const

/** The operations on replays, by what they do. */
export const replayOperations = {
  create: operation({
    ...shared,
    id: 'v1.replay.create',
    method: 'POST',
    path: base,
    summary: 'Send once more what matches, or try now what waits, oldest first and in the background; with "dryRun": true only count it',
    refuses: ['endpoint_disabled', 'limit_reached'],
    access: 'write',
    body: replayIn,
    answers: { 200: replayPreview, 202: replayOut },
  }),
  list: operation({
    ...shared,
    id: 'v1.replay.list',
    method: 'GET',
    path: base,
    summary: 'List replays, newest first',
    access: 'read',
    query: pageQuery,
    answers: { 200: pageOf(replayOut) },
  }),
  get: operation({
    ...shared,
    id: 'v1.replay.get',
    method: 'GET',
    path: `${base}/{replay_id}`,
    summary: 'Get a replay with how far it came',
    access: 'read',
    answers: { 200: replayOut },
  }),
  cancel: operation({
    ...shared,
    id: 'v1.replay.cancel',
    method: 'POST',
    path: `${base}/{replay_id}/cancel`,
    summary: 'End a replay; what it queued already is sent',
    refuses: ['conflict'],
    access: 'write',
    answers: { 200: replayOut },
  }),
}
