import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { chosenIds } from '../value/chosen-ids.ts'
import { keyText } from '../value/key-text.ts'
import { durationMs } from '../delivery/delivery.ts'
import { operation, timestamp } from '../api/operation.ts'
import { madeWithin, pageOf, pageQuery } from '../api/paging.ts'

const trigger = z.enum(['webhook', 'job', 'event', 'schedule'])
const status = z.enum(['queued', 'running', 'waiting', 'ok', 'ko', 'cancelled'])
const tag = z.string().regex(/^[\w.:-]{1,64}$/, 'A tag is made of letters, digits, "-", "_", "." and ":", 1 to 64 of them.')

const filter = {
  flow: z.string().max(256).optional().meta({ description: 'Of this flow, by id or uid' }),
  status: status.optional().meta({ description: 'How far it is, or how it ended' }),
  trigger: trigger.optional().meta({ description: 'What started it' }),
  key: z.string().max(256).optional().meta({ description: 'With exactly this key' }),
  tag: tag.optional().meta({ description: 'With this tag' }),
  errorCode: z.string().max(100).optional().meta({ description: 'That ended with this code' }),
  minDurationMs: z.coerce
    .number()
    .pipe(durationMs)
    .optional()
    .meta({ description: 'That took at least so many milliseconds from their start to their end' }),
  ...madeWithin,
}

/**
 * What starts a job.
 *
 * @example runIn.safeParse({ flow: 'orders-to-erp', key: 'A-1', document: { order: 'A-1' } }).success // true
 */
export const runIn = z.strictObject({
  flow: z.string('A job names the flow that it runs.').min(1, 'A job names the flow that it runs.').max(256),
  key: keyText.optional().meta({ description: 'The same key and content answers with the same job; other content with 409' }),
  document: anyJson.optional().meta({ description: 'What the flow works on: `body` in the mapping' }),
  entry: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: 'What the flow works on, in place of `document`: an entry, by its id or key' }),
  meta: z.record(z.string(), anyJson).optional(),
  tags: z.array(tag).max(20, 'A job has 20 tags at most.').optional().meta({ description: 'Labels to find it by' }),
})

/**
 * A run as lists show it. `errorCode` says why it ended in `ko`.
 *
 * @example runOut.shape.status.options // ['queued', 'running', 'waiting', 'ok', 'ko', 'cancelled']
 */
export const runOut = z.object({
  id: z.string(),
  flowId: z.string(),
  flowName: z.string().nullable(),
  version: z.int(),
  trigger,
  requestId: z.string().nullable(),
  key: z.string(),
  tags: z.array(z.string()),
  status,
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
  durationMs: z.int().nullable(),
  errorCode: z.string().nullable(),
})
/** A run as lists answer it. */
export type RunOut = z.output<typeof runOut>

/**
 * The record of one step of a run: what went in, what came out, how it ended.
 *
 * @example stepOut.shape.status.options // ['OK', 'KO', 'ERR', 'QUEUED', 'SKIP', 'CANCEL', 'RUN']
 */
export const stepOut = z.object({
  id: z.string(),
  kind: z.string(),
  item: z.array(z.int()).nullable().meta({ description: 'In a for_each: which item it ran for, from 0; in one within another, both' }),
  status: z.enum(['OK', 'KO', 'ERR', 'QUEUED', 'SKIP', 'CANCEL', 'RUN']).meta({
    description: 'QUEUED: what it sends waits for its first try; ERR: that went wrong, and is tried again; CANCEL: its run ended before it',
  }),
  code: z.string().nullable().meta({ description: 'How it ended; of what is tried again (ERR): what went wrong' }),
  startedAt: timestamp,
  durationMs: z.number(),
  input: anyJson.meta({ description: 'What the step was about to do, without secrets' }),
  output: anyJson,
  truncatedBytes: z
    .int()
    .nullable()
    .meta({ description: 'The input or the output was too large to keep: it has more than this many bytes' }),
  warnings: z.array(z.string()),
  faults: z.array(anyJson),
  deliveryId: z.string().nullable().meta({ description: 'What a step sent: the delivery that has its attempts' }),
  messageId: z.string().nullable().meta({ description: 'What a step emitted' }),
  waitsUntil: timestamp
    .nullable()
    .meta({ description: 'Of a delay: the moment that it waits for, or waited for; of what is tried again (ERR): when' }),
})
/** The record of a step as it is answered. */
export type StepOut = z.output<typeof stepOut>

/**
 * The entry whose bytes a reply has in place of a body.
 *
 * @example replyEntryOut.safeParse({ id: 'entry_0', version: null, size: 1200 }).success // true
 */
export const replyEntryOut = z
  .object({ id: z.string(), version: z.int().nullable().meta({ description: 'Null: a file, which has only one' }), size: z.int() })
  .meta({ description: 'The entry whose bytes are the body' })

const replyOut = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  body: z.string().nullable(),
  encoding: z.enum(['utf8', 'base64']),
  entry: replyEntryOut.optional(),
  at: timestamp.optional().meta({ description: 'When it was made; replies of older releases do not say' }),
})

/**
 * A run with its steps, its faults and its reply.
 *
 * @example runDetailOut.shape.reply.safeParse(null).success // true
 */
export const runDetailOut = runOut.extend({
  document: anyJson.meta({ description: 'What a job or an event brought; null if a request started it' }),
  steps: z.array(stepOut),
  faults: z.array(anyJson),
  meta: z.record(z.string(), anyJson),
  reply: replyOut.nullable().meta({
    description: 'What the caller was answered; of a webhook_response that nobody hears, as its step warns, what that would have been',
  }),
})
/** A run with its steps as it is answered. */
export type RunDetailOut = z.output<typeof runDetailOut>

const base = '/api/v1/app/{app_id}/run'
const one = `${base}/{run_id}` as const
const shared = { noun: 'run', scope: 'application' } as const

/** Longer than any flow that answers a caller; shorter than most proxies wait. */
const WAIT_SECONDS_MAX = 50
const wait = z.coerce
  .number()
  .min(0, `Wait for 0 to ${WAIT_SECONDS_MAX} seconds.`)
  .max(WAIT_SECONDS_MAX, `Wait for 0 to ${WAIT_SECONDS_MAX} seconds.`)
  .default(0)
  .meta({ description: 'Seconds to wait for the end of the run' })

const STATUS_FAULT = 'Give "ok", "ko" or "cancelled": what has not ended goes on by itself.'

/**
 * Which runs are to be run again: those that ended, the oldest first. What is left out of the filter does not narrow it, but for `status`, which
 * only runs that are named by `runIds` need not have.
 *
 * @example runsAgainIn.safeParse({ filter: { status: 'ko', errorCode: 'http_503' }, dryRun: true }).success // true
 */
export const runsAgainIn = z.strictObject({
  filter: z
    .strictObject({
      ...filter,
      runIds: chosenIds.optional().meta({ description: 'These only' }),
      status: z
        .enum(['ok', 'ko', 'cancelled'], { error: STATUS_FAULT })
        .optional()
        .meta({ description: 'How they ended; of runs that are named by `runIds` any end' }),
    })
    .refine(({ status, runIds }) => status !== undefined || runIds !== undefined, { path: ['status'], error: STATUS_FAULT }),
  dryRun: z.boolean().default(false).meta({ description: 'Answers what it would start, and does nothing' }),
  limit: z.int().min(1).max(1000).default(1000).meta({ description: 'So many in one call' }),
  iterator: z.string().optional().meta({ description: 'Where the last call stopped' }),
  version: z.int().min(1).optional().meta({ description: 'Of the flow that the filter names; absent: the version that is published now' }),
  newKey: z.boolean().default(false).meta({ description: 'Take new keys instead of the same' }),
})

const cancelledOut = z.object({
  cancelled: z.int(),
  skipped: z.int().meta({ description: 'Had ended before, or are none of this application' }),
})

const runsAgainOut = z.object({
  matched: z.int(),
  started: z.int(),
  skipped: z.int().meta({ description: 'Cannot be run again: the request or the flow is gone' }),
  sample: z.array(runOut).meta({ description: 'The first ones: that were started, or of a dry run that would be' }),
  iterator: z.string().nullable().meta({ description: 'Where the next call goes on; null: there are no more' }),
  done: z.boolean(),
})

/** The operations on runs, by what they do. */
export const runOperations = {
  list: operation({
    ...shared,
    id: 'v1.run.list',
    method: 'GET',
    path: base,
    summary: 'List runs, newest first',
    access: 'read',
    query: pageQuery.extend(filter),
    answers: { 200: pageOf(runOut) },
  }),
  create: operation({
    ...shared,
    id: 'v1.run.create',
    method: 'POST',
    path: base,
    summary: 'Start a job: a run of a flow, and wait for it if asked to',
    refuses: ['malformed_request', 'flow_disabled', 'key_taken'],
    access: 'write',
    query: z.strictObject({ wait }),
    body: runIn,
    answers: { 200: runDetailOut, 202: runDetailOut },
  }),
  get: operation({
    ...shared,
    id: 'v1.run.get',
    method: 'GET',
    path: one,
    summary: 'Get a run with its steps, its faults and its reply',
    access: 'read',
    answers: { 200: runDetailOut },
  }),
  steps: operation({
    ...shared,
    id: 'v1.run.steps',
    method: 'GET',
    path: `${one}/step`,
    summary: 'Get the records of the steps of a run',
    access: 'read',
    answers: { 200: z.object({ data: z.array(stepOut) }) },
  }),
  cancel: operation({
    ...shared,
    id: 'v1.run.cancel',
    method: 'POST',
    path: `${one}/cancel`,
    summary: 'Cancel a run and its deliveries that were not made yet',
    refuses: ['run_finished'],
    access: 'write',
    answers: { 200: runDetailOut },
  }),
  cancelMany: operation({
    ...shared,
    id: 'v1.run.cancel-many',
    method: 'POST',
    path: `${base}/cancel`,
    summary: 'Cancel those of the named runs that have not ended, and their deliveries that were not made yet',
    access: 'write',
    body: z.strictObject({ runIds: chosenIds }),
    answers: { 200: cancelledOut },
  }),
  again: operation({
    ...shared,
    id: 'v1.run.again',
    method: 'POST',
    path: `${one}/again`,
    summary: 'Run again with what started it, deduplication passed by',
    refuses: ['malformed_request', 'missing_payload'],
    access: 'write',
    query: z.strictObject({ wait }),
    body: z.strictObject({
      version: z.int().min(1).optional().meta({ description: 'Absent: the version that is published now' }),
      newKey: z.boolean().default(false).meta({ description: 'Take a new key instead of the same' }),
    }),
    answers: { 200: runDetailOut, 202: runDetailOut },
  }),
  againMany: operation({
    ...shared,
    id: 'v1.run.again-many',
    method: 'POST',
    path: `${base}/again`,
    summary: 'Run again all that match, or with "dryRun": true only count them',
    access: 'write',
    body: runsAgainIn,
    answers: { 200: runsAgainOut, 202: runsAgainOut },
  }),
}
