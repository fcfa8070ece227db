import { z } from 'zod'
import { flowDefinitionSchema } from './flow-definition.ts'
import { flowTriggerSchema } from './flow-trigger.ts'
import { operation, timestamp, uid } from '../api/operation.ts'
import { flowLimits } from './flow-limits.ts'
import { anyJson } from '../value/any-json.ts'
import { namedPageQuery, orderedPageQuery, pageOf } from '../api/paging.ts'

const settings = { uid: uid.nullish(), enabled: z.boolean().optional() }

/**
 * A flow as it is written: its definition, with what stands beside every version of it.
 *
 * @example flowIn.safeParse({ name: 'a', uid: 'orders', enabled: false, trigger: { kind: 'job' }, steps: [] }).success // true
 */
export const flowIn = flowDefinitionSchema.extend(settings)

/** Read loosely: the definition's own check says more, and better, than a union of all steps can. */
const written = z.looseObject(settings)

const fault = z.object({
  pointer: z.string(),
  message: z.string(),
  code: z.string(),
  position: z.int().optional().meta({ description: "Of the character in the field's text, from 1: where a template is wrong" }),
})

/** A flow as lists show it, without its steps. */
export const flowHead = z.object({
  id: z.string(),
  uid: z.string().nullable(),
  enabled: z.boolean().meta({ description: 'Off: requests are kept, not run' }),
  name: z.string(),
  trigger: flowTriggerSchema,
  publishedVersion: z.int().nullable(),
  changed: z.boolean().meta({ description: 'The draft differs from the published version' }),
  nextAt: timestamp.nullable().meta({ description: 'When the published version starts by itself next; null if no schedule starts it' }),
  createdAt: timestamp,
  updatedAt: timestamp,
})
/** A flow as lists show it, without its steps. */
export type FlowHeadOut = z.output<typeof flowHead>

/** A flow with its draft. What stands in `faults` keeps it from being published, what stands in `warnings` does not. */
export const flowOut = flowHead.extend({
  notes: flowDefinitionSchema.shape.notes,
  timeoutMs: flowDefinitionSchema.shape.timeoutMs,
  concurrency: flowDefinitionSchema.shape.concurrency,
  steps: flowDefinitionSchema.shape.steps,
  rescue: flowDefinitionSchema.shape.rescue,
  faults: z.array(fault).meta({ description: 'What keeps the draft from being published' }),
  warnings: z.array(fault),
  revision: z.string().meta({ description: 'Of the draft; its ETag. Send it as If-Match, and nobody is written over' }),
  savedBy: z.string().nullable().meta({ description: 'The id of the member or key that saved the draft last' }),
  savedByName: z.string().nullable(),
})
/** A flow with its draft as it is answered. */
export type FlowOut = z.output<typeof flowOut>

/** A version of a flow, which never changes. The first is 1. */
export const flowVersionOut = z.object({
  flowId: z.string(),
  version: z.int(),
  createdAt: timestamp,
  createdBy: z.string(),
  createdByName: z.string().nullable().meta({ description: 'Null: the member or key is no longer known' }),
  note: z.string().nullable(),
  hash: z.string().nullable().meta({ description: 'SHA-256 of the definition; null for versions of before it was kept' }),
  published: z.boolean().meta({ description: 'New runs take this version' }),
})
/** A version as it is answered. */
export type FlowVersionOut = z.output<typeof flowVersionOut>

/** One difference. Of a step that is only in one of both, all of it stands in `before` or `after`, without the steps inside it. */
const flowChange = z.object({
  change: z.enum(['added', 'removed', 'moved', 'changed']),
  stepId: z.string().nullable().meta({ description: 'Null: a field of the flow itself' }),
  kind: z.string().nullable().meta({ description: 'Of the step' }),
  field: z.string().nullable().meta({ description: 'Which one changed; null: all of the step' }),
  pointer: z.string().meta({ description: 'Where it stands: in `to`, or of what was removed in `from`' }),
  before: anyJson,
  after: anyJson,
})

/**
 * What differs between two definitions of a flow: steps are compared by their ids, so one that moved is shown as moved.
 *
 * @example flowDiffOut.shape.changes.element.shape.change.options // ['added', 'removed', 'moved', 'changed']
 */
export const flowDiffOut = z.object({
  from: z.int().nullable().meta({ description: 'The version; null: the draft, or nothing where no version is published yet' }),
  to: z.int().nullable(),
  changes: z.array(flowChange),
})
/** What differs as it is answered. */
export type FlowDiffOut = z.output<typeof flowDiffOut>

const side = z.string().regex(/^(draft|published|[1-9]\d{0,8})$/, 'Say a version such as 3, `draft` or `published`.')

const base = '/api/v1/app/{app_id}/flow'
const one = `${base}/{flow_id}` as const
const shared = { noun: 'flow', scope: 'application' } as const

/** The operations on flows, by what they do. Trying one stands beside them. */
export const flowOperations = {
  list: operation({
    ...shared,
    id: 'v1.flow.list',
    method: 'GET',
    path: base,
    summary: 'List flows, without their steps',
    access: 'read',
    query: namedPageQuery,
    answers: { 200: pageOf(flowHead) },
  }),
  create: operation({
    ...shared,
    id: 'v1.flow.create',
    method: 'POST',
    path: base,
    summary: 'Create a flow as a draft',
    refuses: ['conflict'],
    access: 'write',
    body: written,
    documentedBody: flowIn,
    answers: { 201: flowOut },
  }),
  get: operation({
    ...shared,
    id: 'v1.flow.get',
    method: 'GET',
    path: one,
    summary: 'Get a flow with its draft',
    access: 'read',
    answers: { 200: flowOut },
  }),
  update: operation({
    ...shared,
    id: 'v1.flow.update',
    method: 'PUT',
    path: one,
    summary: 'Replace the draft of a flow, or create it under this uid',
    refuses: ['conflict', 'draft_changed'],
    access: 'write',
    body: written,
    documentedBody: flowIn,
    answers: { 200: flowOut, 201: flowOut },
  }),
  patch: operation({
    ...shared,
    id: 'v1.flow.patch',
    method: 'PATCH',
    path: one,
    summary: 'Enable or disable a flow, or change parts of its draft',
    refuses: ['conflict', 'draft_changed'],
    access: 'write',
    body: written,
    documentedBody: flowIn.partial(),
    answers: { 200: flowOut },
  }),
  delete: operation({
    ...shared,
    id: 'v1.flow.delete',
    method: 'DELETE',
    path: one,
    summary: 'Delete a flow; runs under way finish unless they are cancelled',
    refuses: ['draft_changed'],
    access: 'write',
    query: z.strictObject({
      cancel: z.stringbool().default(false).meta({ description: 'Cancel its runs instead of letting them finish' }),
    }),
    answers: { 204: null },
  }),
  publish: operation({
    ...shared,
    id: 'v1.flow.publish',
    method: 'POST',
    path: `${one}/publish`,
    summary: 'Make the draft a version, which new runs take from now on; with "version" what that one was, and the draft stays as it is',
    refuses: ['listener_answered', 'draft_changed'],
    access: 'write',
    body: z.strictObject({
      note: z.string().max(flowLimits.notesCharactersMax).optional().meta({ description: 'What this version is about' }),
      version: z
        .int('A version is a number such as 3.')
        .min(1, 'A version is a number such as 3.')
        .optional()
        .meta({ description: 'An older version that is to run again; absent: the draft' }),
    }),
    answers: { 200: flowVersionOut.extend({ warnings: z.array(fault) }) },
  }),
  diff: operation({
    ...shared,
    id: 'v1.flow.diff',
    method: 'GET',
    path: `${one}/diff`,
    summary: 'Compare two versions of a flow, or one with the draft, step by step',
    access: 'read',
    query: z.strictObject({
      from: side.optional().meta({ description: 'A version, `draft` or `published`; absent: what is published' }),
      to: side.default('draft').meta({ description: 'Likewise' }),
    }),
    answers: { 200: flowDiffOut },
  }),
  listVersions: operation({
    ...shared,
    id: 'v1.flow.list-versions',
    method: 'GET',
    path: `${one}/version`,
    summary: 'List the versions of a flow, newest first',
    access: 'read',
    query: orderedPageQuery.extend({ order: z.enum(['ascending', 'descending']).default('descending').meta({ description: 'By age' }) }),
    answers: { 200: pageOf(flowVersionOut) },
  }),
  getVersion: operation({
    ...shared,
    id: 'v1.flow.get-version',
    method: 'GET',
    path: `${one}/version/{version}`,
    summary: 'Get a version with its definition',
    access: 'read',
    answers: { 200: flowVersionOut.extend({ definition: flowDefinitionSchema }) },
  }),
  restoreVersion: operation({
    ...shared,
    id: 'v1.flow.restore-version',
    method: 'POST',
    path: `${one}/version/{version}/restore`,
    summary: 'Make a version the draft again',
    refuses: ['draft_changed'],
    access: 'write',
    answers: { 200: flowOut },
  }),
}
