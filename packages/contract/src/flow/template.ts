import { z } from 'zod'
import { operation } from '../api/operation.ts'
import { orderedPageQuery, pageOf } from '../api/paging.ts'
import { endpointMade } from '../endpoint/endpoint.ts'
import { listenerOut } from '../listener/listener-operations.ts'
import { systemName } from '../listener/system.ts'
import { flowHead } from './flow-operations.ts'

/**
 * The name of a template, and what is made of one is called after: 40 characters at most.
 *
 * @example
 * templateName.safeParse('payment-completed').success // true
 * templateName.safeParse('Payment completed').success // false
 */
export const templateName = z
  .string()
  .max(40, 'A name has 40 characters at most.')
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'Small letters and digits, with hyphens between, such as payment-completed.')

const templateInput = z.object({
  name: z.string(),
  label: z.string(),
  hint: z.string(),
  kind: z.enum(['url', 'base', 'page', 'origin', 'text']).meta({
    description:
      'What is asked for. `url`: called by Posthorn, so it must be one that may be; `base`: likewise, with more written behind it; `page`: only where a browser is sent; `origin`: such as https://www.example.com',
  }),
  example: z.string(),
  default: z.string().nullable().meta({ description: 'Taken where nothing is given; null: it must be given' }),
})

const templateSecret = z.object({
  name: z.string().meta({ description: 'Under this it is given in `secrets`' }),
  label: z.string(),
  where: z.string().meta({ description: 'Where it is shown, or where it belongs' }),
  from: z.enum(['posthorn', 'sender', 'you']).meta({
    description:
      'Who makes it. `posthorn`: made unless you give one, and shown once. `sender`: shown by the sender when it knows the URL, so it may come later. `you`: must be given',
  }),
})

/**
 * A template: listeners, flows and endpoints that work together, and what must be said to make them.
 *
 * @example templateOut.shape.secrets.safeParse([]).success // true
 */
export const templateOut = z.object({
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  systems: z.array(z.string()).meta({ description: 'Whose webhooks it receives' }),
  inputs: z.array(templateInput),
  secrets: z.array(templateSecret),
  makes: z.array(z.object({ kind: z.enum(['listener', 'flow', 'endpoint']), name: z.string() })).meta({ description: 'In this order' }),
  steps: z
    .array(z.object({ kind: z.string(), name: z.string() }))
    .meta({ description: 'What its flows do, in the order in which they do it' }),
  notes: z.array(z.string()),
})
/** A template as it is answered. */
export type TemplateOut = z.output<typeof templateOut>

/**
 * What a template is applied with. `name` is what the pieces are called after, else the template's own name: with another one it can be
 * applied once more.
 *
 * @example templateApplyIn.parse({ inputs: { targetUrl: 'https://example.com/webhooks' } }).secrets // {}
 */
export const templateApplyIn = z.strictObject({
  name: templateName.optional(),
  inputs: z.record(z.string().max(60), z.string().max(2000, 'An input has 2,000 characters at most.')).default({}),
  secrets: z
    .record(z.string().max(60), z.string().min(1, 'A secret is not empty.').max(4096, 'A secret has 4,096 characters at most.'))
    .default({}),
})

/** What was made, all in one commit. */
export const templateApplied = z.object({
  template: z.string(),
  name: z.string(),
  listeners: z.array(listenerOut),
  endpoints: z.array(endpointMade).meta({ description: 'With their secrets, which are shown once' }),
  flows: z.array(flowHead).meta({ description: 'Published' }),
  secrets: z.array(
    templateSecret.extend({
      secret: z.string().meta({ description: 'Its name among the secrets of the application' }),
      value: z.string().nullable().meta({ description: 'What Posthorn has made, shown once; null where it was given, or is asked for' }),
      asked: z.boolean().meta({ description: 'Still asked for: until it is put, every request that needs it is refused' }),
    }),
  ),
})
/** What a template has made, as it is answered. */
export type TemplateApplied = z.output<typeof templateApplied>

const base = '/api/v1/template'
const shared = { noun: 'template' } as const

/** The operations on templates, by what they do. */
export const templateOperations = {
  list: operation({
    ...shared,
    id: 'v1.template.list',
    method: 'GET',
    path: base,
    summary: 'List the templates that flows may be made from',
    scope: 'any',
    access: 'read',
    query: orderedPageQuery.extend({ system: systemName.optional().meta({ description: 'Those that receive from this system' }) }),
    answers: { 200: pageOf(templateOut) },
  }),
  get: operation({
    ...shared,
    id: 'v1.template.get',
    method: 'GET',
    path: `${base}/{template_name}`,
    summary: 'Get a template',
    scope: 'any',
    access: 'read',
    answers: { 200: templateOut },
  }),
  apply: operation({
    ...shared,
    id: 'v1.template.apply',
    method: 'POST',
    path: '/api/v1/app/{app_id}/template/{template_name}',
    summary: 'Make the listeners, flows and endpoints of a template, all or none',
    scope: 'application',
    access: 'write',
    refuses: ['conflict', 'limit_reached'],
    body: templateApplyIn,
    answers: { 201: templateApplied },
  }),
}
