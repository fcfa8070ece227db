import { z } from 'zod'
import { eventsAnswer, operation } from '../api/operation.ts'
import { deliveryOut } from '../delivery/delivery.ts'
import { endpointOut } from '../endpoint/endpoint.ts'
import { runOut } from '../flow/run.ts'
import { messageOut } from '../message/message.ts'
import { requestOut } from '../listener/request.ts'
import { commaList } from '../value/comma-list.ts'

/**
 * What can be heard of: each topic brings the rows of one list.
 *
 * @example streamTopic.options // ['request', 'run', 'message', 'delivery', 'endpoint']
 */
export const streamTopic = z.enum(['request', 'run', 'message', 'delivery', 'endpoint'])
/** One topic of the stream. */
export type StreamTopic = z.output<typeof streamTopic>

/**
 * One event of the stream: a row as it now stands in its list, new or changed. Of an endpoint that was deleted `row` is null. `gap`: more
 * came than the stream sends, so read the lists of these topics anew.
 *
 * @example streamEventOut.safeParse({ topic: 'gap', of: ['request'] }).success // true
 */
export const streamEventOut = z.discriminatedUnion('topic', [
  z.object({ topic: z.literal('request'), id: z.string(), row: requestOut }),
  z.object({ topic: z.literal('run'), id: z.string(), row: runOut }),
  z.object({ topic: z.literal('message'), id: z.string(), row: messageOut.omit({ payload: true }) }),
  z.object({ topic: z.literal('delivery'), id: z.string(), row: deliveryOut }),
  z.object({ topic: z.literal('endpoint'), id: z.string(), row: endpointOut.nullable() }),
  z.object({ topic: z.literal('gap'), of: z.array(streamTopic) }),
])
/** An event of the stream. */
export type StreamEventOut = z.output<typeof streamEventOut>

/** What can be heard live, by what it does. */
export const streamOperations = {
  listen: operation({
    id: 'v1.stream.listen',
    noun: 'stream',
    scope: 'application',
    access: 'read',
    method: 'GET',
    path: '/api/v1/app/{app_id}/stream',
    summary: 'Hear of requests, runs, messages, deliveries and endpoints as they come and change',
    query: z.strictObject({
      topics: commaList
        .pipe(z.array(streamTopic))
        .optional()
        .meta({ description: 'Some of request, run, message, delivery, endpoint, with commas between them; absent: all' }),
    }),
    answers: { 200: eventsAnswer(streamEventOut) },
  }),
}
