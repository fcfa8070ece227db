import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'
import { searchedPageQuery, pageOf } from '../api/paging.ts'
import { headerName } from '../listener/signed-auth.ts'
import { secretName } from './secret.ts'

/**
 * What the field `system` of an `http_request` names; 64 characters at most.
 *
 * @example
 * connectionName.safeParse('erp').success // true
 * connectionName.safeParse('my erp').success // false
 */
export const connectionName = z
  .string()
  .max(64, 'The name of a connection has 64 characters at most.')
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'The name of a connection begins with a letter or "_"; letters, digits, "_" and "-" follow.')

const webUrl = z
  .url({ protocol: /^https?$/, error: 'Give a URL with https:// or http://.' })
  .max(2048, 'A URL has 2,048 characters at most here.')
  .refine((url) => !/[?#]/.test(url), 'Leave out "?" and "#": what is called below the address has them.')
  .refine((url) => !URL.canParse(url) || new URL(url).username + new URL(url).password === '', 'Put user name and password into "auth".')

const visible = (what: string) =>
  z
    .string()
    .min(1)
    .max(500)
    .regex(/^[\u0020-\u007e]+$/, `${what} is printable ASCII.`)

function authOf<Secret extends z.ZodType>(secret: Secret) {
  return z.discriminatedUnion(
    'kind',
    [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({ kind: z.literal('bearer'), token: secret }),
      z.strictObject({
        kind: z.literal('basic'),
        username: visible('A user name').regex(/^[^:]*$/, 'A user name must not contain a colon.'),
        password: secret,
      }),
      z.strictObject({ kind: z.literal('api_key'), name: headerName.default('X-API-Key'), key: secret }),
      z.strictObject({
        kind: z.literal('oauth2'),
        tokenUrl: webUrl,
        clientId: visible('A client id'),
        clientSecret: secret,
        scope: visible('A scope').optional().meta({ description: 'With spaces between several' }),
        audience: visible('An audience').optional(),
        clientAuth: z
          .enum(['basic', 'body'])
          .default('basic')
          .meta({ description: 'How id and secret are shown to the token address: in the header Authorization, or in the form' }),
      }),
    ],
    'Choose how calls show who calls: kind is none, bearer, basic, api_key or oauth2.',
  )
}

/** The text itself, which moves to a secret of its own, or the name of a secret. */
const written = z.union(
  [
    z.string('A secret is text.').min(1, 'A secret must not be empty.').max(4096),
    z.strictObject({ name: secretName, last4: z.string().optional(), createdAt: z.string().optional() }),
  ],
  'Give the secret as text, or as { "name": "..." } if it is kept already.',
)

/**
 * How calls to a system show who calls. `oauth2` fetches access tokens with the grant `client_credentials`.
 *
 * @example
 * connectionAuth.parse({ kind: 'api_key', key: { name: 'erp' } }) // { kind: 'api_key', name: 'X-API-Key', key: { name: 'erp' } }
 * connectionAuth.safeParse({ kind: 'bearer' }).success // false
 */
export const connectionAuth = authOf(written)
/** How calls to a system show who calls, as it is written. */
export type ConnectionAuth = z.output<typeof connectionAuth>

const keptAuth = authOf(z.object({ name: z.string() }))
/** The same as it is kept: of a secret its name. */
export type KeptConnectionAuth = z.output<typeof keptAuth>

/**
 * A connection as it is put: where a system is, and how calls show who calls.
 *
 * @example connectionIn.safeParse({ baseUrl: 'https://erp.example/api/v2', auth: { kind: 'none' } }).success // true
 */
export const connectionIn = z.strictObject({
  /** What stands in `url` of a step comes behind it. */
  baseUrl: webUrl,
  auth: connectionAuth,
})

/** A connection as it is answered. */
export const connectionOut = z.object({
  name: z.string(),
  baseUrl: z.string(),
  auth: authOf(z.object({ name: z.string(), last4: z.string(), createdAt: z.string() })),
  calledBy: z
    .object({ count: z.int(), flows: z.array(z.object({ id: z.string(), name: z.string() })) })
    .meta({ description: 'The flows whose published version calls it, which keep it from being deleted; ten of them by name' }),
  createdAt: timestamp,
  updatedAt: timestamp,
})
/** A connection as it is answered: of its secret the name, the end and the age. */
export type ConnectionOut = z.output<typeof connectionOut>

const base = '/api/v1/app/{app_id}/connection'
const one = `${base}/{connection_name}` as const
const shared = { noun: 'connection', scope: 'application' } as const

/** The operations on connections, by what they do. */
export const connectionOperations = {
  list: operation({
    ...shared,
    id: 'v1.connection.list',
    method: 'GET',
    path: base,
    summary: 'List the connections that http_request steps may call',
    access: 'read',
    query: searchedPageQuery,
    answers: { 200: pageOf(connectionOut) },
  }),
  get: operation({
    ...shared,
    id: 'v1.connection.get',
    method: 'GET',
    path: one,
    summary: 'Get a connection',
    access: 'read',
    answers: { 200: connectionOut },
  }),
  put: operation({
    ...shared,
    id: 'v1.connection.put',
    method: 'PUT',
    path: one,
    summary: 'Create or replace a connection; its next call uses it',
    access: 'write',
    body: connectionIn,
    answers: { 200: connectionOut, 201: connectionOut },
  }),
  delete: operation({
    ...shared,
    id: 'v1.connection.delete',
    method: 'DELETE',
    path: one,
    summary: 'Delete a connection that no published flow calls',
    refuses: ['connection_in_use'],
    access: 'write',
    answers: { 204: null },
  }),
}
