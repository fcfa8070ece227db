import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'

/**
 * What can be amiss, the most urgent first: the store cannot write; an endpoint was disabled or paused by the server; its circuit is open;
 * work is due and nobody takes it; a listener refuses more than one request in a hundred for its signature; flows end in `ko`; the hour of
 * the plan is nearly used up.
 *
 * @example issueKind.options.length // 8
 */
export const issueKind = z.enum([
  'store_trouble',
  'endpoint_disabled',
  'endpoint_paused',
  'circuit_open',
  'backlog',
  'wrong_signatures',
  'runs_ko',
  'plan_hour',
])

/**
 * Something that needs a person: what it is, since when, how large, and what helps.
 *
 * @example issueOut.shape.target.shape.kind.options // ['server', 'application', 'endpoint', 'listener', 'flow']
 */
export const issueOut = z.object({
  /** The same as long as it lasts: its kind and its target. */
  id: z.string(),
  kind: issueKind,
  /** What it is about. `id` is null for the server. */
  target: z.object({
    kind: z.enum(['server', 'application', 'endpoint', 'listener', 'flow']),
    id: z.string().nullable(),
    name: z.string(),
  }),
  /** What happened, in plain words, and what can be done. */
  reason: z.string(),
  nextStep: z.string(),
  /** How many it concerns, of what `countOf` says. */
  count: z.int(),
  countOf: z.enum(['attempts', 'deliveries', 'events', 'requests', 'runs', 'writes']),
  firstSeen: timestamp,
  lastSeen: timestamp,
})
/** An issue as it is answered. */
export type IssueOut = z.output<typeof issueOut>

/** The operation that tells what needs attention. */
export const issueOperations = {
  list: operation({
    id: 'v1.issue.list',
    method: 'GET',
    path: '/api/v1/app/{app_id}/issue',
    summary: 'List what needs attention now, and in the last 24 hours, the most urgent first',
    noun: 'issue',
    scope: 'application',
    access: 'read',
    answers: {
      200: z.object({
        data: z.array(issueOut),
        complete: z.boolean().meta({ description: 'False: there was more to look at than one call does' }),
      }),
    },
  }),
}
