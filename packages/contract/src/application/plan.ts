import { z } from 'zod'
import { attemptTimeoutMsBounds } from '../plain/attempt-timeout-bounds.ts'
import { operation, timestamp } from '../api/operation.ts'
import { pageOf, searchedPageQuery } from '../api/paging.ts'
import { retryPolicySetting } from '../endpoint/retry-policy.ts'
import { signingProfile } from '../endpoint/signing-profile.ts'

/**
 * What applications and paths call a plan: 1 to 64 letters, digits, `-`, `_` and dots, the first of them a letter or digit.
 *
 * @example planName.safeParse('basic').success // true
 */
export const planName = z
  .string()
  .min(1, 'A plan has a name.')
  .max(64, 'The name of a plan has at most 64 characters.')
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9\-_.]*$/,
    'The name of a plan is made of letters, digits, "-", "_" and ".", and begins with a letter or digit.',
  )

const atMost = (least: number, most: number, sentence: string) => z.int(sentence).min(least, sentence).max(most, sentence).nullable()
const endpointsMax = atMost(1, 1_000_000, 'An application has 1 to 1000000 endpoints at most; null for no limit.')
const deliveriesPerHour = atMost(1, 1_000_000_000, 'Deliveries an hour are 1 to 1000000000; null for no limit.')
const retriesMax = atMost(0, 100, 'Retries are 0 to 100; null for as many as the retry policy says.')
const { min: timeoutMsLeast, max: timeoutMsMost } = attemptTimeoutMsBounds
const timeoutMsMax = atMost(
  timeoutMsLeast,
  timeoutMsMost,
  `The longest deadline is ${timeoutMsLeast} to ${timeoutMsMost} ms; null for ${timeoutMsMost}.`,
)

const fields = {
  endpointsMax: endpointsMax.default(null),
  deliveriesPerHour: deliveriesPerHour.default(null),
  retriesMax: retriesMax.default(null),
  timeoutMsMax: timeoutMsMax.default(null),
  defaultSigning: signingProfile.default('standard'),
  defaultRetryPolicy: retryPolicySetting.default('standard'),
} as const

/**
 * What a plan is replaced with; null, and what is left out, sets no limit.
 *
 * @example planUpdate.parse({ endpointsMax: 5 }).deliveriesPerHour // null
 */
export const planUpdate = z.strictObject(fields)

/**
 * What a plan is made of: its name, and the limits of the applications that have it.
 *
 * @example planIn.safeParse({ name: 'basic', endpointsMax: 5, deliveriesPerHour: 10000 }).success // true
 */
export const planIn = z.strictObject({ name: planName, ...fields })

/**
 * What may be changed of a plan; what is left out stays as it is, and null takes a limit away.
 *
 * @example planPatch.parse({ endpointsMax: null }) // { endpointsMax: null }
 */
export const planPatch = z.strictObject({
  endpointsMax: endpointsMax.optional(),
  deliveriesPerHour: deliveriesPerHour.optional(),
  retriesMax: retriesMax.optional(),
  timeoutMsMax: timeoutMsMax.optional(),
  defaultSigning: signingProfile.optional(),
  defaultRetryPolicy: retryPolicySetting.optional(),
})

/**
 * What an application may use. Null: no limit. `builtIn` ones come with Posthorn, so nobody made or changed them.
 *
 * @example planOut.shape.endpointsMax.safeParse(null).success // true
 */
export const planOut = z.object({
  name: z.string(),
  builtIn: z.boolean(),
  endpointsMax,
  deliveriesPerHour,
  retriesMax,
  timeoutMsMax,
  defaultSigning: signingProfile,
  defaultRetryPolicy: retryPolicySetting,
  createdAt: timestamp.nullable().meta({ description: 'Null: it is built in' }),
  updatedAt: timestamp.nullable().meta({ description: 'Null: it is built in' }),
})
/** A plan as it is answered. */
export type PlanOut = z.output<typeof planOut>

const base = '/api/v1/plan'
const one = `${base}/{plan_name}` as const
const shared = { noun: 'plan', scope: 'organisation' } as const

/** The operations on plans, by what they do. */
export const planOperations = {
  list: operation({
    ...shared,
    id: 'v1.plan.list',
    method: 'GET',
    path: base,
    summary: 'List plans',
    access: 'read',
    query: searchedPageQuery,
    answers: { 200: pageOf(planOut) },
  }),
  create: operation({
    ...shared,
    id: 'v1.plan.create',
    method: 'POST',
    path: base,
    summary: 'Create a plan',
    refuses: ['conflict'],
    access: 'write',
    role: 'owner',
    body: planIn,
    answers: { 201: planOut },
  }),
  get: operation({
    ...shared,
    id: 'v1.plan.get',
    method: 'GET',
    path: one,
    summary: 'Get a plan',
    access: 'read',
    answers: { 200: planOut },
  }),
  update: operation({
    ...shared,
    id: 'v1.plan.update',
    method: 'PUT',
    path: one,
    summary: 'Replace a plan, or create it under this name; its applications have the new limits at once',
    refuses: ['plan_fixed'],
    access: 'write',
    role: 'owner',
    body: planUpdate,
    answers: { 200: planOut, 201: planOut },
  }),
  patch: operation({
    ...shared,
    id: 'v1.plan.patch',
    method: 'PATCH',
    path: one,
    summary: 'Change parts of a plan; its applications have the new limits at once',
    refuses: ['plan_fixed'],
    access: 'write',
    role: 'owner',
    body: planPatch,
    answers: { 200: planOut },
  }),
  delete: operation({
    ...shared,
    id: 'v1.plan.delete',
    method: 'DELETE',
    path: one,
    summary: 'Delete a plan that no application has',
    refuses: ['plan_fixed', 'plan_in_use'],
    access: 'write',
    role: 'owner',
    answers: { 204: null },
  }),
}
