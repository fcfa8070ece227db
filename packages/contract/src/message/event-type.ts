import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { featureFlag as flag, featureFlags as flags } from '../value/feature-flag.ts'
import { operation, timestamp } from '../api/operation.ts'
import { searchedPageQuery, pageOf } from '../api/paging.ts'

/**
 * The name of an event type: 1 to 256 letters, digits, `-`, `_` and dots.
 *
 * @example
 * eventTypeName.safeParse('invoice.paid').success // true
 * eventTypeName.safeParse('invoice paid').success // false
 */
export const eventTypeName = z
  .string()
  .min(1, 'An event type has a name, such as invoice.paid.')
  .max(256, 'The name of an event type has at most 256 characters.')
  .regex(/^[a-zA-Z0-9\-_.]+$/, 'The name of an event type is made of letters, digits, "-", "_" and ".", such as invoice.paid.')

const schemas = z.record(z.string(), z.record(z.string(), z.unknown())).nullable()
const featureFlag = flag.nullable()
/** A key of an application sees the event type if it has one of them. Beside them, `featureFlag` counts for nothing. */
const featureFlags = flags.nullish()
const description = z.string().max(10_000, 'A description has at most 10,000 characters.')
const groupName = z.string().max(256, 'The name of a group has at most 256 characters.').nullish()

/**
 * What an event type is replaced with: everything but its name. `schemas` are JSON Schemas by version.
 *
 * @example eventTypeUpdate.parse({ description: 'An invoice was paid.' }) // { description: 'An invoice was paid.', archived: false, deprecated: false }
 */
export const eventTypeUpdate = z.strictObject({
  description,
  archived: z.boolean().default(false),
  deprecated: z.boolean().default(false),
  schemas: schemas.optional(),
  featureFlag: featureFlag.optional(),
  featureFlags,
  groupName,
  /** An example payload, for documentation and test events. */
  example: anyJson.optional(),
})

/**
 * What an event type is made of.
 *
 * @example eventTypeIn.safeParse({ name: 'invoice.paid', description: 'An invoice was paid.', example: { invoice: 'inv_1' } }).success // true
 */
export const eventTypeIn = eventTypeUpdate.extend({ name: eventTypeName })

/**
 * What may be changed of an event type; what is left out stays as it is.
 *
 * @example eventTypePatch.parse({ deprecated: true }) // { deprecated: true }
 */
export const eventTypePatch = z.strictObject({
  description: description.optional(),
  archived: z.boolean().optional(),
  deprecated: z.boolean().optional(),
  schemas: schemas.optional(),
  featureFlag: featureFlag.optional(),
  featureFlags,
  groupName,
  example: anyJson.optional(),
})

/** An event type as it is read back. `schemas` and `example` are null in lists, unless they are asked for. */
export const eventTypeOut = z.object({
  name: eventTypeName,
  description: z.string(),
  archived: z.boolean(),
  deprecated: z.boolean(),
  schemas: schemas,
  /** The first of them. */
  featureFlag: featureFlag,
  featureFlags: flags,
  groupName: z.string().nullable(),
  example: anyJson,
  createdAt: timestamp,
  updatedAt: timestamp,
})
/** An event type as it is answered. */
export type EventTypeOut = z.output<typeof eventTypeOut>

const users = z.object({
  count: z.int(),
  first: z
    .array(z.object({ id: z.string(), name: z.string(), applicationId: z.string(), applicationName: z.string() }))
    .meta({ description: 'Ten of them at most, the oldest first' }),
})

/**
 * What names an event type, in all applications: whoever deletes it should know. Patterns such as `invoice.*` do not count.
 *
 * @example eventTypeUseOut.safeParse({ endpoints: { count: 0, first: [] }, flows: { count: 0, first: [] } }).success // true
 */
export const eventTypeUseOut = z.object({
  endpoints: users.meta({ description: 'That subscribe to it by its name' }),
  flows: users.meta({ description: 'Whose published version names it: that it starts, or that make messages of it' }),
})
/** What names an event type, as it is answered. */
export type EventTypeUseOut = z.output<typeof eventTypeUseOut>

const catalogueName = z.enum(['invoice-maker'])
/** A catalogue of event types that ships with the program. */
export type CatalogueName = z.output<typeof catalogueName>

/**
 * What is imported: a catalogue by its name, or up to 500 event types. One of the two; the server refuses both and neither.
 *
 * @example eventTypeImport.parse({ catalogue: 'invoice-maker' }) // { catalogue: 'invoice-maker' }
 */
export const eventTypeImport = z.strictObject({
  /** One that ships with the program. */
  catalogue: catalogueName.optional(),
  eventTypes: z.array(eventTypeIn).min(1, 'Give at least one event type.').max(500, 'Import at most 500 event types at a time.').optional(),
})
/** An import as it was asked for. */
export type EventTypeImport = z.output<typeof eventTypeImport>

const noun = 'event-type'
const off = z.stringbool().default(false)

/** The operations on event types, by what they do. */
export const eventTypeOperations = {
  list: operation({
    id: 'v1.event-type.list',
    method: 'GET',
    path: '/api/v1/event-type',
    summary: 'List event types; their schemas and examples with ?with_content=true',
    noun,
    scope: 'any',
    access: 'read',
    query: searchedPageQuery.extend({
      include_archived: off.meta({ description: 'Also those that were archived' }),
      with_content: off.meta({ description: 'Whether schemas and examples are returned' }),
    }),
    answers: { 200: pageOf(eventTypeOut) },
  }),
  create: operation({
    id: 'v1.event-type.create',
    method: 'POST',
    path: '/api/v1/event-type',
    summary: 'Create an event type',
    refuses: ['event_type_exists'],
    noun,
    scope: 'organisation',
    access: 'write',
    body: eventTypeIn,
    answers: { 201: eventTypeOut },
  }),
  import: operation({
    id: 'v1.event-type.import',
    method: 'POST',
    path: '/api/v1/event-type/import',
    summary: 'Make event types be as a catalogue or a list says; those that are so already are left alone',
    noun,
    scope: 'organisation',
    access: 'write',
    body: eventTypeImport,
    answers: { 200: z.object({ created: z.array(z.string()), updated: z.array(z.string()), unchanged: z.array(z.string()) }) },
  }),
  get: operation({
    id: 'v1.event-type.get',
    method: 'GET',
    path: '/api/v1/event-type/{event_type_name}',
    summary: 'Get an event type',
    noun,
    scope: 'any',
    access: 'read',
    answers: { 200: eventTypeOut },
  }),
  use: operation({
    id: 'v1.event-type.get-use',
    method: 'GET',
    path: '/api/v1/event-type/{event_type_name}/use',
    summary: 'Show which endpoints and flows name an event type, in all applications',
    noun,
    scope: 'organisation',
    access: 'read',
    answers: { 200: eventTypeUseOut },
  }),
  update: operation({
    id: 'v1.event-type.update',
    method: 'PUT',
    path: '/api/v1/event-type/{event_type_name}',
    summary: 'Replace an event type, or create it',
    noun,
    scope: 'organisation',
    access: 'write',
    body: eventTypeUpdate,
    answers: { 200: eventTypeOut, 201: eventTypeOut },
  }),
  patch: operation({
    id: 'patch_event_type',
    method: 'PATCH',
    path: '/api/v1/event-type/{event_type_name}',
    summary: 'Change parts of an event type',
    noun,
    scope: 'organisation',
    access: 'write',
    body: eventTypePatch,
    answers: { 200: eventTypeOut },
  }),
  delete: operation({
    id: 'v1.event-type.delete',
    method: 'DELETE',
    path: '/api/v1/event-type/{event_type_name}',
    summary: 'Archive an event type, or remove it with ?expunge=true',
    noun,
    scope: 'organisation',
    access: 'write',
    query: z.strictObject({ expunge: off.meta({ description: 'Remove it for good' }) }),
    answers: { 204: null },
  }),
}
