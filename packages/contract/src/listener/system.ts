import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { operation } from '../api/operation.ts'
import { orderedPageQuery, pageOf } from '../api/paging.ts'

/**
 * The name of a system: `custom`, or one of those that `GET /api/v1/system` gives, which the server knows.
 *
 * @example
 * systemName.safeParse('standard-webhooks').success // true
 * systemName.safeParse('Standard Webhooks').success // false
 */
export const systemName = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'A system is written in small letters, such as github; GET /api/v1/system lists them.')

/** What its sender shows, and the owner of a listener gives. */
const asked = z.object({
  label: z.string().meta({ description: 'As the sender calls it' }),
  where: z.string().meta({ description: 'Where the sender shows it' }),
  looksLike: z.string().nullable(),
})

/**
 * A system that sends webhooks, as a listener may be made for it: what it asks for, and what is known of its requests.
 *
 * @example systemOut.shape.evidence.safeParse('hearsay').success // false
 */
export const systemOut = z.object({
  name: z.string(),
  title: z.string(),
  category: z.string(),
  docs: z.string().nullable().meta({ description: "The sender's own page about its webhooks" }),
  evidence: z.enum(['vendor', 'documented', 'secondary']).meta({
    description: "What the scheme is known from: the sender's software or an example of its own, its documentation, or what others say",
  }),
  scheme: z.string().meta({ description: 'The kind of its signature; `none`: it has no preset, and the listener says how' }),
  secret: asked.nullable().meta({ description: 'For `auth.secrets`; null: there is none' }),
  verifyToken: asked.extend({ required: z.boolean() }).nullable().meta({ description: 'For `auth.verifyToken`' }),
  settings: z
    .array(asked.extend({ name: z.string(), pattern: z.string() }))
    .meta({ description: 'For `auth.settings`, by name. What is given must be as the whole regular expression is' }),
  headers: z.array(z.string()).meta({ description: 'The headers that its authentication asks for' }),
  methods: z.array(z.string()).meta({ description: 'Those that it calls with' }),
  eventType: z.array(z.string()).meta({ description: 'Where the event type stands; the first place that has one counts' }),
  dedupKey: z.array(z.string()).meta({ description: 'Likewise what copies are known by' }),
  batch: z
    .object({ items: z.string(), eventType: z.array(z.string()), dedupKey: z.array(z.string()) })
    .nullable()
    .meta({ description: 'Where a request has a list of events, and what is known of each, for `split`; null: a request is one' }),
  handshakes: z
    .array(z.object({ name: z.string(), signed: z.boolean() }))
    .meta({ description: 'Questions that are answered and start nothing' }),
  acknowledgement: z
    .object({
      status: z.int(),
      statuses: z.array(z.int()).nullable().meta({ description: 'What it takes for success; null: any 2xx' }),
      body: z.string().nullable().meta({ description: 'What it must find in the body; null: it does not look' }),
      deadlineMs: z.int(),
    })
    .nullable()
    .meta({ description: 'How it wants to be answered; null: it does not care' }),
  addresses: z
    .object({
      ranges: z.array(z.string()),
      asOf: z.iso.date().meta({ description: 'The day of which they are known; they are never fetched' }),
      source: z.string().meta({ description: 'Where the sender publishes them' }),
    })
    .nullable()
    .meta({
      description: 'Where its requests come from, which `allowedIps` takes as `preset:<name>`; null: it publishes none, or too many',
    }),
  notes: z.array(z.string()),
  example: z.object({ method: z.string(), headers: z.record(z.string(), z.string()), body: anyJson }).meta({
    description: 'A request without what signs it. A body that is text is not JSON',
  }),
})
/** A system as it is answered. */
export type SystemOut = z.output<typeof systemOut>

const base = '/api/v1/system'
const shared = { noun: 'system', scope: 'any', access: 'read', method: 'GET' } as const

/** The operations on systems, by what they do. */
export const systemOperations = {
  list: operation({
    ...shared,
    id: 'v1.system.list',
    path: base,
    summary: 'List the systems that a listener may be made for',
    query: orderedPageQuery,
    answers: { 200: pageOf(systemOut) },
  }),
  get: operation({ ...shared, id: 'v1.system.get', path: `${base}/{system_name}`, summary: 'Get a system', answers: { 200: systemOut } }),
}
