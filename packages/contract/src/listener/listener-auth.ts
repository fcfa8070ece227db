import { z } from 'zod'

/** The ways in which a sender may prove itself in this version. */
export const authKinds = ['none', 'api_key', 'bearer', 'basic', 'hmac', 'preset'] as const
/** Known words that later versions will know. */
const LATER = new Set(['jwt', 'oauth2', 'mtls', 'ed25519', 'ecdsa', 'rsa', 'token'])

/** The value itself. */
const plainSecret = z.string('A secret is text.').min(1, 'A secret must not be empty.').max(4096)

/** As it is written: the value, or the reference that reading back shows in its place, which keeps the value that is stored. */
const writtenSecret = z.union(
  [plainSecret, z.strictObject({ name: z.string().min(1), last4: z.string().optional(), createdAt: z.string().optional() })],
  'A secret is text that is not empty.',
)

const headerName = z
  .string()
  .max(200)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'This is not the name of a header.')

/** What the sender signed: text with `{body}` and, where they are signed too, `{timestamp}`, `{method}`, `{url}`, `{path}`, `{header:Name}`. */
const signedString = z
  .string()
  .max(500)
  .superRefine((text, context) => {
    for (const [whole] of text.matchAll(/\{[^{}]*\}/g)) {
      if (!/^\{(?:body|timestamp|method|url|path|header:[!#$%&'*+\-.^_`|~0-9A-Za-z]+)\}$/.test(whole)) {
        context.addIssue({
          code: 'custom',
          message: `${whole} is not known; there are {body}, {timestamp}, {method}, {url}, {path} and {header:Name}.`,
        })
      }
    }
    if (!text.includes('{body}'))
      context.addIssue({ code: 'custom', message: 'The signed string must contain {body}: otherwise anybody may change the body.' })
  })

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
  const hmac = z
    .strictObject({
      kind: z.literal('hmac'),
      header: headerName,
      algorithm: z.enum(['sha1', 'sha256', 'sha384', 'sha512']).default('sha256'),
      encoding: z.enum(['hex', 'base64', 'base64url']).default('hex'),
      /** What stands before the signature in its header, such as `sha256=`. */
      prefix: z
        .string()
        .max(50)
        .regex(/^(?:[\x21-\x7e][\x20-\x7e]*)?$/, 'No header could begin with this: visible ASCII, without a space before it.')
        .default(''),
      signedString: signedString.default('{body}'),
      timestamp: z
        .strictObject({
          header: headerName,
          unit: z.enum(['s', 'ms', 'iso']).default('s'),
          toleranceSeconds: z.int().min(1).max(86_400).default(300),
        })
        .nullable()
        .default(null),
      /** How the key is written in the secret. */
      keyEncoding: z.enum(['utf8', 'hex', 'base64', 'whsec']).default('utf8'),
      secrets,
    })
    .superRefine((auth, context) => {
      if (auth.timestamp?.header.toLowerCase() === auth.header.toLowerCase()) {
        const message = 'The signature stands in this header: no value could be both it and a time.'
        context.addIssue({ code: 'custom', message, path: ['timestamp', 'header'] })
      }
      const signed = auth.signedString.includes('{timestamp}')
      if (signed === (auth.timestamp !== null)) return
      const message = signed
        ? '{timestamp} is signed, so say in which header it stands.'
        : 'A timestamp that is not part of the signed string proves nothing: put {timestamp} into it.'
      context.addIssue({ code: 'custom', message, path: [signed ? 'timestamp' : 'signedString'] })
    })
  return z.discriminatedUnion(
    'kind',
    [
      z.strictObject({ kind: z.literal('none') }),
      apiKey,
      z.strictObject({ kind: z.literal('bearer'), tokens: secrets }),
      basic,
      hmac,
      z.strictObject({ kind: z.literal('preset'), secrets }),
    ],
    { error: (issue) => unknownKind(issue.input) },
  )
}

function unknownKind(input: unknown): string {
  const kind = (input as { kind?: unknown } | null | undefined)?.kind
  if (kind === undefined) return 'Choose how requests authenticate; { "kind": "none" } takes them from anybody.'
  const fault = LATER.has(String(kind)) ? 'is not available in this version' : 'is not known'
  return `Authentication of the kind "${String(kind)}" ${fault}; there are ${authKinds.join(', ')}.`
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

/**
 * The same as it is read back: of each secret its name, its end and its age.
 *
 * @example shownListenerAuth.safeParse({ kind: 'bearer', tokens: ['sesame'] }).success // false
 */
export const shownListenerAuth = authOf(z.object({ name: z.string(), last4: z.string(), createdAt: z.string() }))
/** How requests prove where they come from, as it is read back. */
export type ShownListenerAuth = z.output<typeof shownListenerAuth>
