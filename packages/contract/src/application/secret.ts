import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'
import { searchedPageQuery, pageOf } from '../api/paging.ts'

/**
 * What stands after `secrets.` in a mapping, so it is a name that one can write there; 64 characters at most.
 *
 * @example
 * secretName.safeParse('erp').success // true
 * secretName.safeParse('2nd').success // false
 */
export const secretName = z
  .string()
  .max(64, 'The name of a secret has 64 characters at most.')
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'The name of a secret begins with a letter or "_"; letters, digits, "_" and "-" follow.')

/** All that is ever shown of a secret. */
export const secretOut = z.object({
  name: z.string(),
  last4: z.string().meta({ description: 'The last four characters; empty for short secrets' }),
  createdAt: timestamp,
  updatedAt: timestamp,
})
/** A secret as it is answered. */
export type SecretOut = z.output<typeof secretOut>

const base = '/api/v1/app/{app_id}/secret'
const one = `${base}/{secret_name}` as const
const shared = { noun: 'secret', scope: 'application' } as const

/** The operations on secrets, by what they do. */
export const secretOperations = {
  list: operation({
    ...shared,
    id: 'v1.secret.list',
    method: 'GET',
    path: base,
    summary: 'List secrets, without their values',
    access: 'read',
    query: searchedPageQuery,
    answers: { 200: pageOf(secretOut) },
  }),
  get: operation({
    ...shared,
    id: 'v1.secret.get',
    method: 'GET',
    path: one,
    summary: 'Get a secret, without its value',
    access: 'read',
    answers: { 200: secretOut },
  }),
  put: operation({
    ...shared,
    id: 'v1.secret.put',
    method: 'PUT',
    path: one,
    summary: 'Create a secret or change its value; it is never shown again',
    access: 'write',
    body: z.strictObject({ value: z.string().min(1, 'A secret is not empty.').max(16_384, 'A secret has 16,384 characters at most.') }),
    answers: { 200: secretOut, 201: secretOut },
  }),
  delete: operation({
    ...shared,
    id: 'v1.secret.delete',
    method: 'DELETE',
    path: one,
    summary: 'Delete a secret that no listener and no published flow reads',
    refuses: ['secret_in_use'],
    access: 'write',
    answers: { 204: null },
  }),
}
