import { z } from 'zod'
import { moment, operation, timestamp } from '../api/operation.ts'
import { featureFlags } from '../value/feature-flag.ts'
import { searchedPageQuery, pageOf } from '../api/paging.ts'

const access = z.enum(['read', 'write'], 'The access of a key is read or write.')

const kind = z.enum(['key', 'portal'], 'A key is of the kind key or portal.')

/**
 * What a key is made of: a name of up to 120 characters, whose it is, what it may do, and until when.
 *
 * @example keyIn.parse({ name: 'Support' }) // { name: 'Support', application: null, access: 'write', featureFlags: [], expiresAt: null }
 */
export const keyIn = z.strictObject({
  name: z.string('A key has a name.').trim().min(1, 'A key has a name.').max(120, 'The name of a key has 120 characters at most.'),
  /** Id or uid; null for the whole organisation. */
  application: z.string().min(1).max(256).nullable().default(null),
  access: access.default('write'),
  /** Which event types with a feature flag a key of an application sees, beside those without one. The organisation's sees all. */
  featureFlags: featureFlags.default([]),
  expiresAt: moment.nullable().default(null),
})

/**
 * A key as it is read back, without its text: only the last four characters of it are ever shown again.
 *
 * @example keyOut.shape.access.options // ['read', 'write']
 */
export const keyOut = z.object({
  id: z.string(),
  /** `portal`: made for a visit of the App Portal. */
  kind,
  name: z.string(),
  applicationId: z.string().nullable(),
  access,
  /** Null: all, as keys of the organisation do. */
  featureFlags: z.array(z.string()).nullable(),
  last4: z.string(),
  createdAt: timestamp,
  /** To the minute; null: never. */
  lastUsedAt: timestamp.nullable(),
  expiresAt: timestamp.nullable(),
  revokedAt: timestamp.nullable(),
})
/** A key as it is answered. */
export type KeyOut = z.output<typeof keyOut>

const base = '/api/v1/key'
const one = `${base}/{key_id}` as const
const shared = { noun: 'key', scope: 'organisation' } as const

/** The operations on keys, by what they do. */
export const keyOperations = {
  list: operation({
    ...shared,
    id: 'v1.key.list',
    method: 'GET',
    path: base,
    summary: 'List keys, without their texts',
    access: 'read',
    query: searchedPageQuery.extend({
      include_revoked: z.stringbool().default(false).meta({ description: 'Also those that no longer hold' }),
      kind: kind.optional().meta({ description: 'Of programs, or of visits of the portal' }),
      application: z.string().optional().meta({ description: 'Of this application, by id or uid' }),
    }),
    answers: { 200: pageOf(keyOut) },
  }),
  create: operation({
    ...shared,
    id: 'v1.key.create',
    method: 'POST',
    path: base,
    summary: 'Create a key; its text is shown once',
    access: 'write',
    role: 'owner',
    body: keyIn,
    answers: { 201: keyOut.extend({ key: z.string() }) },
  }),
  get: operation({
    ...shared,
    id: 'v1.key.get',
    method: 'GET',
    path: one,
    summary: 'Get a key, without its text',
    access: 'read',
    answers: { 200: keyOut },
  }),
  revoke: operation({
    ...shared,
    id: 'v1.key.revoke',
    method: 'DELETE',
    path: one,
    summary: 'Revoke a key',
    refuses: ['last_key'],
    access: 'write',
    role: 'owner',
    answers: { 204: null },
  }),
}
