import { z } from 'zod'
import { metadata, operation, timestamp, uid } from './operation.ts'
import { orderedPageQuery, pageOf } from './paging.ts'

const throttleRate = z.int().min(1).max(65535).nullable()

/** What an application is made of when it is created or replaced. */
export const applicationIn = z.object({
  name: z.string().min(1, 'An application has a name.').max(256),
  uid: uid.nullish(),
  metadata: metadata.default({}),
  throttleRate: throttleRate.nullish(),
  plan: z.string().max(64).optional(),
})

export const applicationPatch = z.object({
  name: z.string().min(1).max(256).optional(),
  uid: uid.nullish(),
  metadata: metadata.optional(),
  throttleRate: throttleRate.optional(),
  plan: z.string().max(64).optional(),
})

export const applicationOut = z.object({
  id: z.string(),
  uid: uid.nullable(),
  name: z.string(),
  metadata: z.record(z.string(), z.string()),
  throttleRate: throttleRate,
  plan: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
})
export type ApplicationOut = z.output<typeof applicationOut>

const noun = 'application'

export const applicationOperations = {
  list: operation({
    id: 'v1.application.list',
    method: 'GET',
    path: '/api/v1/app',
    summary: 'List applications',
    noun,
    scope: 'organisation',
    access: 'read',
    query: orderedPageQuery,
    answers: { 200: pageOf(applicationOut) },
  }),
  create: operation({
    id: 'v1.application.create',
    method: 'POST',
    path: '/api/v1/app',
    summary: 'Create an application',
    noun,
    scope: 'organisation',
    access: 'write',
    query: z.object({ get_if_exists: z.stringbool().default(false) }),
    body: applicationIn,
    answers: { 200: applicationOut, 201: applicationOut },
  }),
  get: operation({
    id: 'v1.application.get',
    method: 'GET',
    path: '/api/v1/app/{app_id}',
    summary: 'Get an application',
    noun,
    scope: 'application',
    access: 'read',
    answers: { 200: applicationOut },
  }),
  update: operation({
    id: 'v1.application.update',
    method: 'PUT',
    path: '/api/v1/app/{app_id}',
    summary: 'Replace an application, or create it under this uid',
    noun,
    scope: 'organisation',
    access: 'write',
    body: applicationIn,
    answers: { 200: applicationOut, 201: applicationOut },
  }),
  patch: operation({
    id: 'patch_application',
    method: 'PATCH',
    path: '/api/v1/app/{app_id}',
    summary: 'Change parts of an application',
    noun,
    scope: 'organisation',
    access: 'write',
    body: applicationPatch,
    answers: { 200: applicationOut },
  }),
  delete: operation({
    id: 'v1.application.delete',
    method: 'DELETE',
    path: '/api/v1/app/{app_id}',
    summary: 'Delete an application',
    noun,
    scope: 'organisation',
    access: 'write',
    answers: { 204: null },
  }),
}
