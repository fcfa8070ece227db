import { z } from 'zod'
import { isOfConnection } from '../value/header-fault.ts'

/** Authentications whose sender signs: where the signature stands, how it is written, and what was signed. */

/** The name of a header in which a request may show a credential. */
export const headerName = z
  .string()
  .max(200)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'This is not the name of a header.')
  .refine((name) => !isOfConnection(name), 'The connection itself sets this header, so no credential can stand in it. Choose another name.')

const queryName = z.string().min(1).max(200)

/** Where a value stands in a body of JSON, or in a form. */
export const bodyField = z
  .string()
  .max(300)
  .regex(/^body(?:\.[^\s.[\]{}]+|\[\d{1,6}\])+$/, 'Say where in the body the value stands, for example body.signature.')

const TOKEN = new RegExp(
  String.raw`^\{(?:body|body:sha256|form|timestamp|method|url|uri|path|header:[!#$%&'*+\-.^_\x60|~0-9A-Za-z]+|query:[^\s{}]+|field:body[^\s{}]+)\}$`,
)
const KNOWN =
  '{body}, {body:sha256}, {form}, {timestamp}, {method}, {url}, {uri}, {path}, {header:Name}, {query:name} and {field:body.name}'

/** What the sender signed: text with names in braces in the places of what is different in each request. */
function signedStringWith(further: readonly string[]) {
  return z
    .string()
    .max(500)
    .superRefine((text, context) => {
      for (const [whole] of text.matchAll(/\{[^{}]*\}/g)) {
        if (TOKEN.test(whole) || further.includes(whole)) continue
        context.addIssue({ code: 'custom', message: `${whole} is not known; there are ${KNOWN}.` })
      }
      if (/\{(?:body|body:sha256|form)\}/.test(text)) return
      context.addIssue({ code: 'custom', message: 'The signed string must contain {body}: otherwise anybody may change the body.' })
    })
}

/** In which header, parameter or field the sender writes when it signed; `pair`: beside the signature. */
const timestamp = z.strictObject({
  header: headerName.optional(),
  query: queryName.optional(),
  field: bodyField.optional(),
  pair: z.string().min(1).max(50).optional(),
  unit: z.enum(['s', 'ms', 'iso']).default('s'),
  toleranceSeconds: z.int().min(1).max(86_400).default(300),
})

const NO_START = 'No header could begin with this: visible ASCII, without a space before it.'

/**
 * Where a signature stands, how it is written, and when it was made: the members that every kind has whose sender signs.
 *
 * @example signedMembers.encoding.parse(undefined) // 'hex'
 */
export const signedMembers = {
  header: headerName.optional(),
  query: queryName.optional(),
  encoding: z.enum(['hex', 'base64', 'base64url']).default('hex'),
  /** What stands before the signature, such as `sha256=`. */
  prefix: z
    .string()
    .max(50)
    .regex(/^(?:[\x21-\x7e][\x20-\x7e]*)?$/, NO_START)
    .default(''),
  /** What stands between several signatures, or between pairs. */
  separator: z.string().min(1).max(5).nullable().default(null),
  /** The header holds pairs, `t=1,v1=ab`: the name of those that are signatures. */
  pair: z.string().min(1).max(50).nullable().default(null),
  timestamp: timestamp.nullable().default(null),
}

interface Signed {
  readonly header?: string | undefined
  readonly query?: string | undefined
  readonly separator: string | null
  readonly pair: string | null
  readonly signedString: string
  readonly timestamp: z.output<typeof timestamp> | null
}

interface Context {
  addIssue(issue: { code: 'custom'; message: string; path: string[] }): void
}

/** What must hold among the members of any of them. */
function checkSigned(auth: Signed, context: Context): void {
  const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path })
  // Not in the body: what is signed would hold its own signature.
  if (given(auth) !== 1) refuse('Say where the signature stands: in a header, or in a query parameter.', 'header')
  if (auth.pair !== null && auth.separator === null) refuse('Say what stands between the pairs, such as a comma.', 'separator')
  checkTime(auth, refuse)
}

function checkTime({ timestamp: time, pair, header, signedString }: Signed, refuse: (message: string, ...path: string[]) => void): void {
  const signed = signedString.includes('{timestamp}')
  if (time === null) {
    if (signed) refuse('{timestamp} is signed, so say in which header it stands.', 'timestamp')
    return
  }
  if (given(time) + (time.pair === undefined ? 0 : 1) !== 1)
    refuse('Say in which header, query, field or pair the time stands.', 'timestamp')
  if (time.pair !== undefined && pair === null) refuse('The signature does not stand in pairs, so no time stands beside it.', 'timestamp')
  if (time.header !== undefined && time.header.toLowerCase() === header?.toLowerCase())
    refuse('The signature stands in this header: no value could be both it and a time.', 'timestamp', 'header')
  // A time within a body that is signed is signed with it.
  const within = time.field !== undefined && /\{body(?::sha256)?\}/.test(signedString)
  if (!signed && !within)
    refuse('A timestamp that is not part of the signed string proves nothing: put {timestamp} into it.', 'signedString')
}

function given({ header, query, field }: Pick<NonNullable<Signed['timestamp']>, 'header' | 'query' | 'field'>): number {
  return [header, query, field].filter((place) => place !== undefined).length
}

/**
 * The digests that signatures are made of.
 *
 * @example digestName.safeParse('md5').success // false
 */
export const digestName = z.enum(['sha1', 'sha256', 'sha384', 'sha512'])
/**
 * How a public key is written: its bytes, its SubjectPublicKeyInfo, or PEM.
 *
 * @example publicKeyEncoding.safeParse('pem').success // true
 */
export const publicKeyEncoding = z.enum(['hex', 'base64', 'pem'])
/**
 * How the key of an HMAC is written in its secret.
 *
 * @example macKeyEncoding.safeParse('whsec').success // true
 */
export const macKeyEncoding = z.enum(['utf8', 'hex', 'base64', 'whsec'])

/** One for each kind. `secrets`: up to ten of them. */
export function signedAuths<Secrets extends z.ZodType>(secrets: Secrets) {
  const signedString = signedStringWith([]).default('{body}')
  const signed = { ...signedMembers, signedString }
  const asymmetric = { ...signed, keyEncoding: publicKeyEncoding.default('base64'), keys: secrets }
  const hmac = z
    .strictObject({
      kind: z.literal('hmac'),
      ...signed,
      algorithm: digestName.default('sha256'),
      keyEncoding: macKeyEncoding.default('utf8'),
      secrets,
    })
    .superRefine(checkSigned)
  const hash = z
    .strictObject({
      kind: z.literal('hash'),
      ...signed,
      signedString: signedStringWith(['{secret}'])
        .refine((text) => text.includes('{secret}'), 'A digest proves something only if {secret} is part of it.')
        .default('{body}{secret}'),
      algorithm: digestName.default('sha256'),
      secrets,
    })
    .superRefine(checkSigned)
  const ed25519 = z.strictObject({ kind: z.literal('ed25519'), ...asymmetric }).superRefine(checkSigned)
  const ecdsa = z
    .strictObject({
      kind: z.literal('ecdsa'),
      ...asymmetric,
      algorithm: digestName.default('sha256'),
      /** How the two numbers of a signature are written: as ASN.1, or side by side. */
      format: z.enum(['der', 'p1363']).default('der'),
    })
    .superRefine(checkSigned)
  const rsa = z.strictObject({ kind: z.literal('rsa'), ...asymmetric, algorithm: digestName.default('sha256') }).superRefine(checkSigned)
  return [hmac, hash, ed25519, ecdsa, rsa] as const
}
