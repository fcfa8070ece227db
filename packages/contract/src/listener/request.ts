import { z } from 'zod'
import { bytesAnswer, operation, timestamp } from '../api/operation.ts'
import { madeWithin, pageOf, pageQuery } from '../api/paging.ts'
import { chosenIds } from '../value/chosen-ids.ts'
import { durationMs, searchText, statusCodeClass } from '../delivery/delivery.ts'
import { replayOut } from '../delivery/replay.ts'
import { runOut } from '../flow/run.ts'
import { listenerMethods } from './listener.ts'
import { handedHeaders, handedQuery, isWrittenIn, notWrittenIn } from './verify-request.ts'

const status = z.enum(['accepted', 'duplicate', 'rejected'])

const proof = z.object({
  kind: z.string().meta({ description: 'Of authentication: hmac, bearer, ...' }),
  secretLast4: z
    .string()
    .nullable()
    .meta({ description: 'The end of the secret that it fits, empty of a short one; null where it fits none' }),
})
const origin = z.object({
  kind: z.enum(['accepted', 'edited']).meta({ description: 'Accepted after it had been refused, or an edited copy' }),
  requestId: z.string(),
})

/**
 * An inbound request as lists show it.
 *
 * @example requestOut.shape.status.options // ['accepted', 'duplicate', 'rejected']
 */
export const requestOut = z.object({
  id: z.string(),
  listenerId: z.string().nullable(),
  status,
  reason: z.string().nullable().meta({ description: 'Why it was rejected: an error code' }),
  detail: z.string().nullable(),
  method: z.string(),
  path: z.string(),
  query: z.string().meta({ description: 'As it was received, undecoded' }),
  ip: z.string(),
  contentType: z.string().nullable(),
  eventType: z.string().nullable(),
  duplicateOf: z.string().nullable(),
  runIds: z.array(z.string()),
  replyStatus: z.int().nullable().meta({ description: 'What its caller was answered; null while its flow has not answered' }),
  durationMs: z.int().nullable().meta({
    description:
      'Milliseconds from its arrival until its answer was made; null before, and of copies that wait for the answer of the first',
  }),
  receivedAt: timestamp,
  bodyBytes: z.int(),
  verified: proof.nullable().meta({ description: 'How it proved where it comes from; null where it did not, or nothing was asked for it' }),
  origin: origin.nullable().meta({ description: 'The request that it was made of by hand; null of one that came by itself' }),
})
/** A request as lists answer it. */
export type RequestOut = z.output<typeof requestOut>

const body = z.object({
  encoding: z.enum(['utf8', 'base64']),
  content: z.string(),
  truncated: z.boolean().meta({
    description:
      'Of rejected requests only the beginning is kept, of large ones only that is shown; the body by itself is all that is kept',
  }),
})

const form = z.object({
  fields: z.array(z.tuple([z.string(), z.string()])).meta({ description: 'Names and values, in their order' }),
  files: z.array(
    z.object({
      id: z.string().meta({ description: 'Of its entry, which may have been removed' }),
      field: z.string(),
      name: z.string().nullable(),
      contentType: z.string(),
      size: z.int(),
      sha256: z.string(),
    }),
  ),
})

/**
 * A request with what it brought, and the runs that it started. `body` is null where it is no longer kept.
 *
 * @example requestDetailOut.shape.headers.safeParse([['content-type', 'application/json']]).success // true
 */
export const requestDetailOut = requestOut.extend({
  headers: z.array(z.tuple([z.string(), z.string()])).meta({ description: 'Credentials are redacted' }),
  body: body.nullable(),
  form: form.nullable().meta({ description: 'What a multipart form brought; its files are entries' }),
  runs: z.array(z.object({ id: z.string(), flowId: z.string(), version: z.int(), status: z.string(), errorCode: z.string().nullable() })),
})
/** A request with what it brought as it is answered. */
export type RequestDetailOut = z.output<typeof requestDetailOut>

const resendIn = z
  .strictObject({
    method: z.enum(listenerMethods).optional(),
    path: z.string().max(4000).optional(),
    query: handedQuery.optional().meta({ description: 'Without the question mark' }),
    headers: handedHeaders
      .optional()
      .meta({ description: 'All of them, in the place of its own; those that say how its body travelled are made anew' }),
    body: z.string().max(200_000, 'A body that is sent by hand has 200,000 characters at most.').optional(),
    encoding: z.enum(['utf8', 'base64']).default('utf8').meta({ description: 'Of the body that is given' }),
    sign: z.boolean().default(false).meta({
      description:
        'Signed anew with the newest secret of the listener, and verified by it; otherwise it is taken as it is, and says that nothing verified it',
    }),
    signKey: z.string().min(1).max(16_384).optional().meta({
      description: 'The private key (PEM) to sign with where the listener verifies by a public one; used for this once, and kept nowhere',
    }),
  })
  .refine(isWrittenIn, notWrittenIn)
  .refine(({ sign, signKey }) => signKey === undefined || sign, { path: ['signKey'], error: 'A key signs nothing unless "sign" is true.' })

const rateFault = 'A rate is 1 to 1000 a second.'

/**
 * Which accepted requests of a listener, or of all, run again, by what, and how fast. What is left out of the filter does not narrow it.
 *
 * @example
 * replayRequestsIn.parse({ filter: { listenerId: 'orders' } }) // { filter: { listenerId: 'orders' }, ratePerSecond: 50, dryRun: false }
 * replayRequestsIn.safeParse({ filter: {}, flow: 'take', version: 1 }).success // false
 */
export const replayRequestsIn = z
  .strictObject({
    filter: z.strictObject({
      requestIds: chosenIds.optional().meta({ description: 'These only; of them those that were accepted' }),
      listenerId: z
        .string()
        .min(1)
        .max(256)
        .optional()
        .meta({ description: 'By id or uid; absent: all listeners whose requests a flow takes now' }),
      eventType: z.string().max(256).optional(),
      method: z.enum(listenerMethods).optional(),
      statusCodeClass: statusCodeClass.optional().meta({ description: 'Of what their callers were answered; 0: nothing yet' }),
      minDurationMs: durationMs.optional().meta({ description: 'That took at least so many milliseconds until they were answered' }),
      ...madeWithin,
      text: searchText.optional().meta({ description: 'A deduplication key, or text as it stands in the body' }),
    }),
    flow: z.string().min(1).max(256).optional().meta({ description: 'By id or uid; absent: all flows that would take them now' }),
    version: z.int().min(1).optional().meta({ description: 'Of that flow; absent: the one that is published when their turn comes' }),
    ratePerSecond: z.int().min(1, rateFault).max(1000, rateFault).default(50),
    dryRun: z.boolean().default(false).meta({ description: 'Answers what it would run, and does nothing' }),
  })
  .refine(({ flow, version }) => version === undefined || flow !== undefined, {
    path: ['version'],
    error: 'A version is one of a flow: say which flow.',
  })
  .refine(({ filter, version }) => version === undefined || filter.listenerId !== undefined, {
    path: ['filter', 'listenerId'],
    error: 'A version that you choose runs with the requests of one listener: say which.',
  })
/** Which requests run again, with every default filled in. */
export type ReplayRequestsIn = z.output<typeof replayRequestsIn>

const requestsPreview = z.object({
  matched: z.int().meta({ description: 'How many it would run again; at least so many, if the count is not exact' }),
  exact: z.boolean(),
  flows: z.array(z.object({ id: z.string(), version: z.int() })).meta({ description: 'What each of them would run' }),
  sample: z.array(requestOut).meta({ description: 'The first ones' }),
})

const shared = { noun: 'request', scope: 'application', access: 'read' } as const
const one = '/api/v1/app/{app_id}/request/{request_id}' as const

const listQuery = pageQuery.extend({
  status: status.optional().meta({ description: 'What became of it' }),
  reason: z.string().max(100).optional().meta({ description: 'Why it was rejected: a code, such as signature_mismatch' }),
  event_type: z.string().max(256).optional().meta({ description: 'As the sender calls it' }),
  method: z.string().max(10).optional().meta({ description: 'Of HTTP, such as POST' }),
  min_duration_ms: z.coerce
    .number()
    .pipe(durationMs)
    .optional()
    .meta({ description: 'That took at least so many milliseconds until they were answered' }),
  ...madeWithin,
})

const searchQuery = listQuery.extend({
  status_code_class: z.coerce
    .number()
    .pipe(statusCodeClass)
    .optional()
    .meta({ description: 'Of what its caller was answered: 200 for 200 to 299, and so on; 0: nothing yet' }),
  listener: z.string().max(256).optional().meta({ description: 'By id or uid; absent: all, deleted ones too' }),
  text: searchText.optional().meta({ description: 'The id of a request, a deduplication key, or text as it stands in the body' }),
})
/** What requests are searched by, read from the query: numbers instead of digits. */
export type RequestSearch = z.output<typeof searchQuery>

/** The operations on requests, by what they do. */
export const requestOperations = {
  list: operation({
    ...shared,
    id: 'v1.request.list',
    method: 'GET',
    path: '/api/v1/app/{app_id}/listener/{listener_id}/request',
    summary: 'List the requests of a listener, newest first',
    query: listQuery,
    answers: { 200: pageOf(requestOut) },
  }),
  search: operation({
    ...shared,
    id: 'v1.request.search',
    method: 'GET',
    path: '/api/v1/app/{app_id}/request',
    summary: 'Search requests over all listeners, newest first; a page may come back short with "done": false, and its iterator goes on',
    query: searchQuery,
    answers: { 200: pageOf(requestOut) },
  }),
  get: operation({
    ...shared,
    id: 'v1.request.get',
    method: 'GET',
    path: one,
    summary: 'Get a request with its headers, its body and the runs that it started',
    answers: { 200: requestDetailOut },
  }),
  getBody: operation({
    ...shared,
    id: 'v1.request.get-body',
    method: 'GET',
    path: `${one}/body`,
    summary: 'Download the body of a request as it came',
    answers: { 200: bytesAnswer },
  }),
  accept: operation({
    ...shared,
    id: 'v1.request.accept',
    method: 'POST',
    path: `${one}/accept`,
    summary: 'Take a refused request after all, if it verifies by now: it is judged as of when it came, and kept once more as accepted',
    refuses: ['conflict', 'not_verified', 'missing_payload', 'changed_meanwhile'],
    access: 'write',
    answers: { 200: requestOut, 202: requestOut },
  }),
  resend: operation({
    ...shared,
    id: 'v1.request.resend',
    method: 'POST',
    path: `${one}/resend`,
    summary:
      'Send an edited copy of a request to its listener, signed anew if asked; it is a request of its own, and deduplication is passed by',
    refuses: ['not_verified', 'missing_payload', 'changed_meanwhile'],
    access: 'write',
    body: resendIn,
    answers: { 202: requestOut },
  }),
  replayAll: operation({
    ...shared,
    id: 'v1.request.replay-all',
    method: 'POST',
    path: '/api/v1/app/{app_id}/request/replay',
    summary: 'Run accepted requests that match again, oldest first and in the background; with "dryRun": true only count them',
    refuses: ['nothing_to_run', 'limit_reached'],
    access: 'write',
    body: replayRequestsIn,
    answers: { 200: requestsPreview, 202: replayOut },
  }),
  replay: operation({
    ...shared,
    id: 'v1.request.replay',
    method: 'POST',
    path: `${one}/replay`,
    summary:
      'Run the flows of its listener with a request again, as they are published now, or one of them in a version of its own; deduplication is passed by',
    refuses: ['nothing_to_run', 'missing_payload'],
    access: 'write',
    body: z
      .strictObject({
        flow: z.string().min(1).max(256).optional().meta({ description: 'One of them, by id or uid; absent: all' }),
        version: z.int().min(1).optional().meta({ description: 'Of that flow; absent: the one that is published now' }),
      })
      .refine(({ flow, version }) => version === undefined || flow !== undefined, {
        path: ['version'],
        error: 'A version is one of a flow: say which flow.',
      }),
    answers: { 202: z.object({ runs: z.array(runOut) }) },
  }),
}
