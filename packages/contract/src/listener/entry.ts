import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { keyText } from '../value/key-text.ts'
import { bytesAnswer, operation, timestamp } from '../api/operation.ts'
import { madeWithin, pageOf, pageQuery } from '../api/paging.ts'

/** One of the labels by which entries are found. */
const tag = z.string().regex(/^[\w.:-]{1,64}$/, 'A tag is made of letters, digits, "-", "_", "." and ":", 1 to 64 of them.')
const contentType = z
  .string()
  .max(200)
  .regex(/^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w-]+=("[^"]*"|[\w.+-]+))*$/, 'A content type is such as text/csv.')

const written = {
  name: z.string().min(1).max(256).optional().meta({ description: 'Under which it is downloaded' }),
  tags: z.array(tag).max(20, 'An entry has 20 tags at most.').optional(),
  keepDays: z.int().min(1).max(3660).optional().meta({ description: 'Counted from its last version; absent: until it is deleted' }),
  document: anyJson.optional().meta({ description: 'Any JSON' }),
  content: z.base64('Content is base64.').optional().meta({ description: 'The bytes of a file, in place of `document`' }),
  contentType: contentType.optional().meta({ description: 'Of `content`' }),
}

/**
 * An entry of the silo as it is made: a document, or the content of a file; up to 1 MiB.
 *
 * @example
 * entryIn.safeParse({ key: 'A-1', tags: ['order'], document: { number: 'A-1' } }).success // true
 * entryIn.safeParse({ name: 'a.csv', content: 'YSxi', contentType: 'text/csv' }).success // true
 */
export const entryIn = z.strictObject({
  key: keyText.optional().meta({ description: 'Of one entry only; flows save and load by it' }),
  ...written,
})

/**
 * The next version of an entry. What is left out is not kept from the last one.
 *
 * @example entryReplacement.safeParse({ document: { number: 'A-1', paid: true } }).success // true
 */
export const entryReplacement = z.strictObject(written)
/** The next version of an entry, as it is read. */
export type EntryReplacement = z.output<typeof entryReplacement>

/**
 * An entry: of the silo; a file that came with a request; or, by an id made from the request's, the body of a request itself.
 *
 * @example entryOut.shape.kind.options // ['silo', 'file', 'body']
 */
export const entryOut = z.object({
  id: z.string(),
  kind: z.enum(['silo', 'file', 'body']),
  listenerId: z.string().nullable(),
  requestId: z.string().nullable(),
  field: z.string().nullable().meta({ description: 'The name of its field in the form' }),
  name: z.string().nullable().meta({ description: 'As its sender says, which may be anything' }),
  contentType: z.string().nullable().meta({ description: 'As its sender says' }),
  size: z.int(),
  sha256: z.string().meta({ description: 'Hexadecimal' }),
  createdAt: timestamp,
  key: z.string().nullable(),
  tags: z.array(z.string()),
  version: z.int().nullable().meta({ description: 'Of an entry of the silo, from 1; its ETag' }),
  updatedAt: timestamp.nullable().meta({ description: 'When its last version was saved' }),
  expiresAt: timestamp.nullable().meta({ description: 'When it is removed by itself; null: never, or as its request is' }),
})
/** An entry as it is answered. */
export type EntryOut = z.output<typeof entryOut>

/**
 * One version of an entry of the silo, without what it holds.
 *
 * @example entryVersionOut.shape.version.safeParse(1).success // true
 */
export const entryVersionOut = z.object({
  version: z.int(),
  contentType: z.string(),
  size: z.int(),
  sha256: z.string(),
  savedAt: timestamp,
  savedBy: z.string().meta({ description: 'The id of a key, a member or a run' }),
  savedByName: z.string().nullable().meta({ description: 'How people know the key or member; null: a run, or it is no longer known' }),
})
/** A version of an entry as it is answered. */
export type EntryVersionOut = z.output<typeof entryVersionOut>

const shared = { noun: 'entry', scope: 'application' } as const
/** `entry_id` is its id or its key. */
const one = '/api/v1/app/{app_id}/entry/{entry_id}' as const

/** The operations on entries, by what they do. */
export const entryOperations = {
  list: operation({
    ...shared,
    id: 'v1.entry.list',
    access: 'read',
    method: 'GET',
    path: '/api/v1/app/{app_id}/entry',
    summary: 'List entries, newest first: those of the silo, and files that came with requests',
    query: pageQuery.extend({
      kind: z.enum(['silo', 'file']).optional().meta({ description: 'Of the silo, or files that came with requests' }),
      key: z.string().min(1).max(256).optional().meta({ description: 'With exactly this key' }),
      tag: tag.optional().meta({ description: 'With this tag' }),
      path: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .meta({ description: 'Where in its document `value` stands: `order.total`, or `lines[].sku` for any item' }),
      value: z.string().max(200).optional().meta({ description: 'What stands at `path`, as text' }),
      listener_id: z.string().max(256).optional().meta({ description: 'Of this listener, by id or uid' }),
      request_id: z.string().max(256).optional().meta({ description: 'That came with this request' }),
      ...madeWithin,
    }),
    answers: { 200: pageOf(entryOut) },
  }),
  create: operation({
    ...shared,
    id: 'v1.entry.create',
    access: 'write',
    method: 'POST',
    path: '/api/v1/app/{app_id}/entry',
    summary: 'Make an entry of the silo: a document, or the content of a file',
    refuses: ['conflict', 'payload_too_large', 'silo_full'],
    body: entryIn,
    answers: { 201: entryOut },
  }),
  update: operation({
    ...shared,
    id: 'v1.entry.update',
    access: 'write',
    method: 'PUT',
    path: one,
    summary: 'Make the next version of an entry of the silo; If-Match says which one it replaces',
    query: z.strictObject({
      version: z.coerce.number().int().min(1).optional().meta({ description: 'The version that is replaced, in place of an If-Match' }),
    }),
    refuses: ['precondition_required', 'precondition_failed', 'payload_too_large', 'silo_full'],
    body: entryReplacement,
    answers: { 200: entryOut },
  }),
  listVersions: operation({
    ...shared,
    id: 'v1.entry.list-versions',
    access: 'read',
    method: 'GET',
    path: `${one}/version`,
    summary: 'List the versions of an entry that are kept, newest first; 20 at most',
    answers: { 200: z.object({ data: z.array(entryVersionOut) }) },
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
    summary: 'Download an entry as it came, or the part that Range names',
    query: z.strictObject({
      version: z.coerce.number().int().min(1).optional().meta({ description: 'Of the silo; absent: the last one' }),
    }),
    answers: { 200: bytesAnswer, 206: bytesAnswer },
    refuses: ['range_not_satisfiable'],
  }),
  delete: operation({
    ...shared,
    id: 'v1.entry.delete',
    access: 'write',
    method: 'DELETE',
    path: one,
    summary: 'Remove an entry with all of its versions; the request that brought a file keeps the rest of its form',
    answers: { 204: null },
  }),
}
