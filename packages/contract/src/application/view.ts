import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'
import { orderedPageQuery, pageOf } from '../api/paging.ts'

const PARAMETERS_MAX = 20
const CHARACTERS_MAX = 4096

/**
 * The lists whose filters can be kept.
 *
 * @example viewList.options // ['requests', 'runs', 'messages', 'deliveries']
 */
export const viewList = z.enum(['requests', 'runs', 'messages', 'deliveries'], 'A view is of requests, runs, messages or deliveries.')

const name = z.string('A view has a name.').trim().min(1, 'A view has a name.').max(80, 'The name of a view has 80 characters at most.')

const search = z
  .record(z.string().min(1).max(40), z.string())
  .refine((value) => Object.keys(value).length <= PARAMETERS_MAX, `A view has ${PARAMETERS_MAX} filters at most.`)
  .refine((value) => JSON.stringify(value).length <= CHARACTERS_MAX, 'The filters of a view have 4,096 characters at most.')
  .meta({ description: 'The filters as they stand in the address of the page, such as `{ "status": "failed", "range": "1h" }`' })

/**
 * Filters of a list under a name: for whoever makes it, or shared with all who may enter the application.
 *
 * @example viewIn.parse({ list: 'deliveries', name: 'Failed', search: { status: 'failed' } }).shared // false
 */
export const viewIn = z.strictObject({ list: viewList, name, search, shared: z.boolean().default(false) })

/**
 * What may be changed of a view.
 *
 * @example viewPatch.safeParse({ name: 'Not delivered', shared: true }).success // true
 */
export const viewPatch = z.strictObject({ name: name.optional(), search: search.optional(), shared: z.boolean().optional() })

/**
 * A view as it is answered.
 *
 * @example viewOut.shape.list.options.includes('deliveries') // true
 */
export const viewOut = z.object({
  id: z.string(),
  list: viewList,
  name: z.string(),
  search: z.record(z.string(), z.string()),
  shared: z.boolean(),
  /** Who made it. */
  createdBy: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
})
/** A view as it is answered. */
export type ViewOut = z.output<typeof viewOut>

const base = '/api/v1/app/{app_id}/view'
const one = `${base}/{view_id}` as const
const about = { noun: 'view', scope: 'application' } as const

/** The operations on saved views, by what they do. */
export const viewOperations = {
  list: operation({
    ...about,
    id: 'v1.view.list',
    method: 'GET',
    path: base,
    summary: "List the saved views of lists: the caller's own and those that are shared",
    access: 'read',
    query: orderedPageQuery.extend({ list: viewList.optional().meta({ description: 'Of this list only' }) }),
    answers: { 200: pageOf(viewOut) },
  }),
  create: operation({
    ...about,
    id: 'v1.view.create',
    method: 'POST',
    path: base,
    summary: 'Save the filters of a list under a name',
    access: 'write',
    role: 'viewer',
    body: viewIn,
    answers: { 201: viewOut },
  }),
  get: operation({
    ...about,
    id: 'v1.view.get',
    method: 'GET',
    path: one,
    summary: 'Get a saved view',
    access: 'read',
    answers: { 200: viewOut },
  }),
  patch: operation({
    ...about,
    id: 'v1.view.patch',
    method: 'PATCH',
    path: one,
    summary: 'Rename a saved view, change its filters, or share it; of a viewer, one of their own, which stays theirs alone',
    access: 'write',
    role: 'viewer',
    body: viewPatch,
    answers: { 200: viewOut },
  }),
  delete: operation({
    ...about,
    id: 'v1.view.delete',
    method: 'DELETE',
    path: one,
    summary: 'Remove a saved view; a viewer one of their own',
    access: 'write',
    role: 'viewer',
    answers: { 204: null },
  }),
}
