import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { operation, timestamp } from '../api/operation.ts'
import { madeWithin, pageOf, pageQuery } from '../api/paging.ts'

/** A change of the configuration: who made it, and the object before and after it, without its secrets. Null: there was none. */
export const auditOut = z.object({
  id: z.string(),
  at: timestamp,
  applicationId: z.string().nullable(),
  actor: z.string().meta({ description: 'The id of the member or key that did it, or "system"' }),
  actorName: z.string().nullable().meta({ description: 'How people know it; null: it is no longer known, or none of both' }),
  action: z.string().meta({ description: 'noun.verb, such as endpoint.updated' }),
  target: z.string(),
  before: anyJson,
  after: anyJson,
  ip: z.string().nullable(),
})
/** A change as it is answered. */
export type AuditOut = z.output<typeof auditOut>

const text = z.string().min(1).max(256)

/** The operation that reads the audit log. */
export const auditOperations = {
  list: operation({
    id: 'v1.audit.list',
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'List changes, newest first',
    noun: 'audit',
    scope: 'organisation',
    access: 'read',
    query: pageQuery.extend({
      application: text.optional().meta({ description: 'Of this application, by id or uid' }),
      actor: text.optional().meta({ description: 'By this member or key, by its id' }),
      action: text.optional().meta({ description: 'Such as endpoint.updated' }),
      target: text.optional().meta({ description: 'Of this object, by its id' }),
      ...madeWithin,
    }),
    answers: { 200: pageOf(auditOut) },
  }),
}
