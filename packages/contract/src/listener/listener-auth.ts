import { z } from 'zod'
import { jwtAuth } from './jwt-auth.ts'
import { bodyField, headerName, signedAuths } from './signed-auth.ts'

/** The ways in which a sender may prove itself in this version. */
export const authKinds = [
  ...(['none', 'api_key', 'bearer', 'basic', 'mtls', 'token', 'hmac', 'hash', 'ed25519', 'ecdsa', 'rsa', 'jwt', 'preset'] as const),
] as const
/** Known words that later versions will know. */
const LATER = new Set(['oauth2'])
/** The value itself. */
const plainSecret = z.string('A secret is text.').min(1, 'A secret must not be empty.').max(4096)

/** As it is written: the value, or the reference that reading back shows in its place, which keeps the value that is stored. */
const writtenSecret = z.union(
  [
    plainSecret,
    z.strictObject({
      name: z.string().min(1),
      last4: z.string().optional(),
      createdAt: z.string().optional(),
      lastMatchedAt: z.string().nullable().optional(),
    }),
  ],
  'A secret is text that is not empty.',
)

/** The kinds, once for secrets as they are written and once for secrets as they are. */
function authOf<Secret extends z.ZodType>(secret: Secret) {
  const secrets = z
    .array(secret, 'Give at least one secret.')
    .min(1, 'Give at least one secret.')
    .max(10, 'Ten secrets at most are valid at a time.')
  const apiKey = z.strictObject({
    kind: z.literal('api_key'),
    in: z.enum(['header', 'query']).default('header'),
    name: headerName.default('X-API-Key'),
    keys: secrets,
  })
  const basic = z.strictObject({
    kind: z.literal('basic'),
    username: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^:]*$/, 'A user name must not contain a colon.'),
    password: secret,
  })
  /** Some have none. */
  const anySecrets = z.array(secret).max(10, 'Ten secrets at most are valid at a time.').default([])
  return z.discriminatedUnion(
    'kind',
    [
      z.strictObject({ kind: z.literal('none') }),
      apiKey,
      z.strictObject({ kind: z.literal('bearer'), tokens: secrets }),
      basic,
      z.strictObject({
        kind: z.literal('mtls'),
        names: z.array(z.string().trim().min(1, 'A name must not be empty.').max(255)).max(100).default([]).meta({
          description:
            'Common or alternative names (DNS, e-mail, URI) of which the client certificate has one; empty: any that the server takes',
        }),
      }),
      z.strictObject({ kind: z.literal('token'), field: bodyField, tokens: secrets }),
      ...signedAuths(secrets),
      jwtAuth(anySecrets),
      z.strictObject({
        kind: z.literal('preset'),
        /** What the system asks for; some ask for none. */
        secrets: anySecrets,
        /** What the system shows when it asks whether somebody is there. */
        verifyToken: secret.optional(),
        /** What else the system asks for, by the names that `GET /api/v1/system` gives. */
        settings: z.record(z.string().max(100), z.string().min(1).max(500)).default({}),
      }),
    ],
    { error: (issue) => unknownKind(issue.input) },
  )
}

function unknownKind(input: unknown): string {
  const kind = (input as { kind?: unknown } | null | undefined)?.kind
  if (kind === undefined) return 'Choose how requests authenticate; { "kind": "none" } takes them from anybody.'
  // Anything may stand there, also what cannot be made text.
  if (typeof kind !== 'string') return `Name the kind of authentication as text: ${authKinds.join(', ')}.`
  const fault = LATER.has(kind) ? 'is not available in this version' : 'is not known'
  return `Authentication of the kind "${kind}" ${fault}; there are ${authKinds.join(', ')}.`
}

/**
 * How the requests of a listener prove where they come from. The choice is required; `none` is one. A secret is its text, or the
 * reference that reading back shows in its place, which keeps the one that is stored; up to 10 are valid at a time.
 *
 * @example
 * listenerAuth.parse({ kind: 'api_key', keys: ['sesame'] }) // { kind: 'api_key', in: 'header', name: 'X-API-Key', keys: ['sesame'] }
 * listenerAuth.safeParse({ kind: 'hmac', header: 'X-Signature', signedString: '{timestamp}', secrets: ['a'] }).success // false
 */
export const listenerAuth = authOf(writtenSecret)
/** How requests prove where they come from, as it is written. */
export type ListenerAuth = z.output<typeof listenerAuth>

/**
 * The same with every secret opened: what verifying needs, and what never leaves the process.
 *
 * @example openListenerAuth.safeParse({ kind: 'bearer', tokens: ['sesame'] }).success // true
 */
export const openListenerAuth = authOf(plainSecret)
/** How requests prove where they come from, with every secret opened. */
export type OpenListenerAuth = z.output<typeof openListenerAuth>

const lastMatchedAt = z.string().nullable().optional().meta({
  description: 'When it last verified a request, of the newest 1,000 of the listener; null: none of them. Absent in lists',
})

/**
 * The same as it is read back: of each secret its name, its end, its age and its last use.
 *
 * @example shownListenerAuth.safeParse({ kind: 'bearer', tokens: ['sesame'] }).success // false
 */
export const shownListenerAuth = authOf(z.object({ name: z.string(), last4: z.string(), createdAt: z.string(), lastMatchedAt }))
/** How requests prove where they come from, as it is read back. */
export type ShownListenerAuth = z.output<typeof shownListenerAuth>
