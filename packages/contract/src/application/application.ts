import { z } from 'zod'
import { alsoUnder, olderNameOf, olderNamesOfApplication } from '../api/older-names.ts'
import { metadata, operation, timestamp } from '../api/operation.ts'
import { namedPageQuery, pageOf } from '../api/paging.ts'
import { planName } from './plan.ts'
import { retryPolicySetting } from '../endpoint/retry-policy.ts'
import { signingProfile } from '../endpoint/signing-profile.ts'
import { uidOf } from '../value/uid.ts'

const uid = uidOf('app')
const name = z.string().min(1, 'An application has a name.').max(256, 'The name of an application has at most 256 characters.')
const throttleRate = z
  .int()
  .min(1, 'A rate is 1 to 65535 messages a second; null for none.')
  .max(65535, 'A rate is 1 to 65535 messages a second; null for none.')
  .nullable()
const plan = planName
/** For endpoints that say nothing of their own; null: as the plan says. */
const defaults = { defaultSigning: signingProfile.nullish(), defaultRetryPolicy: retryPolicySetting.nullish() } as const

/**
 * What an application is made of when it is created or replaced. A rate is 1 to 65,535 messages a second.
 *
 * @example
 * applicationIn.parse({ name: 'Shop', uid: 'shop' }) // { name: 'Shop', uid: 'shop', metadata: {} }
 * applicationIn.safeParse({ name: 'Shop', throttleRate: 0 }).success // false
 */
export const applicationIn = z.strictObject({
  name,
  uid: uid.nullish(),
  metadata: metadata.default({}),
  throttleRate: throttleRate.optional(),
  plan: plan.optional(),
  ...defaults,
})

/**
 * The same as callers may send it: version 1 of Svix's clients has an older name for the rate.
 *
 * @example applicationAsGiven.parse({ name: 'Shop', rateLimit: 50 }) // { name: 'Shop', metadata: {}, throttleRate: 50 }
 */
export const applicationAsGiven = alsoUnder(olderNamesOfApplication, applicationIn)

/**
 * What may be changed of an application; what is left out stays as it is.
 *
 * @example applicationPatch.parse({ plan: 'basic' }) // { plan: 'basic' }
 */
export const applicationPatch = z.strictObject({
  name: name.optional(),
  uid: uid.nullish(),
  metadata: metadata.optional(),
  throttleRate: throttleRate.optional(),
  plan: plan.optional(),
  ...defaults,
})

/** An application as it is read back. */
export const applicationOut = z.object({
  id: z.string(),
  uid: z.string().nullable(),
  name: z.string(),
  metadata: z.record(z.string(), z.string()),
  throttleRate: z.int().nullable(),
  rateLimit: olderNameOf('throttleRate', z.int().nullable()),
  plan: z.string(),
  defaultSigning: signingProfile.nullable(),
  defaultRetryPolicy: retryPolicySetting.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
})
/** An application as it is answered. */
export type ApplicationOut = z.output<typeof applicationOut>

const noun = 'application'
const excludes = (which: string) =>
  z
    .stringbool()
    .default(false)
    .meta({ description: `Leave out applications that ${which}` })

/** The operations on applications, by what they do. The count of their deliveries stands with the statistics. */
export const applicationOperations = {
  list: operation({
    id: 'v1.application.list',
    method: 'GET',
    path: '/api/v1/app',
    summary: 'List applications',
    noun,
    scope: 'organisation',
    access: 'read',
    query: namedPageQuery.extend({
      exclude_apps_with_no_endpoints: excludes('have no endpoint'),
      exclude_apps_with_disabled_endpoints: excludes('have endpoints, all of them disabled'),
      exclude_apps_with_svix_play_endpoints: excludes('have endpoints, all of them at Svix Play'),
      include_system: z.stringbool().default(false).meta({ description: "Also the application posthorn, which is Posthorn's own" }),
    }),
    answers: { 200: pageOf(applicationOut) },
  }),
  create: operation({
    id: 'v1.application.create',
    method: 'POST',
    path: '/api/v1/app',
    summary: 'Create an application',
    refuses: ['conflict'],
    noun,
    scope: 'organisation',
    access: 'write',
    query: z.strictObject({
      get_if_exists: z.stringbool().default(false).meta({ description: 'Answer with the one that has this uid, if there is one' }),
    }),
    body: applicationAsGiven,
    documentedBody: applicationIn,
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
    refuses: ['conflict', 'application_reserved'],
    noun,
    scope: 'organisation',
    access: 'write',
    body: applicationAsGiven,
    documentedBody: applicationIn,
    answers: { 200: applicationOut, 201: applicationOut },
  }),
  patch: operation({
    id: 'patch_application',
    method: 'PATCH',
    path: '/api/v1/app/{app_id}',
    summary: 'Change parts of an application',
    refuses: ['conflict', 'application_reserved'],
    noun,
    scope: 'organisation',
    access: 'write',
    body: alsoUnder(olderNamesOfApplication, applicationPatch),
    documentedBody: applicationPatch,
    answers: { 200: applicationOut },
  }),
  delete: operation({
    id: 'v1.application.delete',
    method: 'DELETE',
    path: '/api/v1/app/{app_id}',
    summary: 'Delete an application',
    refuses: ['application_reserved'],
    noun,
    scope: 'organisation',
    access: 'write',
    answers: { 204: null },
  }),
}
