import { z } from 'zod'
import { bytesAnswer, moment, operation, timestamp } from '../api/operation.ts'
import { pageOf, pageQuery } from '../api/paging.ts'

/**
 * An entry: a file that came with a request; or, by an id made from the request's, the body of a request itself.
 *
 * @example entryOut.shape.kind.options // ['file', 'body']
 */
export const entryOut = z.object({
  id: z.string(),
  kind: z.enum(['file', 'body']),
  listenerId: z.string().nullable(),
  requestId: z.string().nullable(),
  field: z.string().nullable().meta({ description: 'The name of its field in the form' }),
  name: z.string().nullable().meta({ description: 'As its sender says, which may be anything' }),
  contentType: z.string().nullable().meta({ description: 'As its sender says' }),
  size: z.int(),
  sha256: z.string().meta({ description: 'Hexadecimal' }),
  createdAt: timestamp,
})
/** An entry as it is answered. */
export type EntryOut = z.output<typeof entryOut>

const shared = { noun: 'entry', scope: 'application' } as const
const one = '/api/v1/app/{app_id}/entry/{entry_id}' as const

/** The operations on entries, by what they do. */
export const entryOperations = {
  list: operation({
    ...shared,
    id: 'v1.entry.list',
    access: 'read',
    method: 'GET',
    path: '/api/v1/app/{app_id}/entry',
    summary: 'List the files that came with requests, newest first',
    query: pageQuery.extend({
      listener_id: z.string().max(256).optional().meta({ description: 'Of this listener, by id or uid' }),
      request_id: z.string().max(256).optional(),
      before: moment.optional(),
      after: moment.optional(),
    }),
    answers: { 200: pageOf(entryOut) },
  }),
  get: operation({
    ...shared,
    id: 'v1.entry.get',
    access: 'read',
    method: 'GET',
    path: one,
    summary: 'Get an entry: its size, its hash, and where it came from',
    answers: { 200: entryOut },
  }),
  getContent: operation({
    ...shared,
    id: 'v1.entry.get-content',
    access: 'read',
    method: 'GET',
    path: `${one}/content`,
    summary: 'Download an entry as it came',
    answers: { 200: bytesAnswer },
  }),
  delete: operation({
    ...shared,
    id: 'v1.entry.delete',
    access: 'write',
    method: 'DELETE',
    path: one,
    summary: 'Remove a file; the request that brought it keeps the rest of its form',
    answers: { 204: null },
  }),
}
