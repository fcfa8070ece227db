import { z } from 'zod'
import {
  digestName,
  eventPath,
  itemsPath,
  jwtAlgorithms,
  macKeyEncoding,
  publicKeyEncoding,
  signedMembers,
  systemName,
  valuePath,
} from '#domain'

/**
 * What is known of a system that sends webhooks, as data: how it proves itself, where its event type and its id stand, which questions
 * it asks and how it wants to be answered. A new system is one more file in `catalogue`, and nothing else: this is its shape.
 */

const text = z.string().min(1).max(2000)
const headerName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/)
/** `body.a[0].b`, and within an item of a list that is signed item by item, `item.a`. */
const field = z.string().regex(/^(?:body|item)(?:\.[^\s.[\]{}]+|\[\d{1,6}\])+$/)
const place = { header: headerName.optional(), query: text.optional(), field: field.optional() }
const regExp = text.refine(isRegExp, 'This is not a regular expression.')

/** What the owner of a listener gives, and where its sender shows it. */
const asked = z.strictObject({ label: text, where: text, looksLike: text.optional() })

const signed = {
  ...signedMembers,
  field: field.optional(),
  alsoHeaders: z.array(headerName).optional(),
  signedString: text.default('{body}'),
  each: field.optional(),
  bodyHashIn: text.optional(),
}
const keyed = { ...signed, keyEncoding: publicKeyEncoding.default('base64') }
const algorithm = digestName.default('sha256')

const scheme = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('api_key'), in: z.enum(['header', 'query']).default('header'), name: headerName }),
  z.strictObject({ kind: z.literal('bearer') }),
  z.strictObject({ kind: z.literal('basic'), username: text }),
  z.strictObject({ kind: z.literal('token'), field: z.string().regex(/^body(?:\.[^\s.[\]{}]+|\[\*\])+$/) }),
  z.strictObject({ kind: z.literal('hmac'), ...signed, algorithm, keyEncoding: macKeyEncoding.default('utf8') }),
  z.strictObject({ kind: z.literal('hash'), ...signed, algorithm }),
  z.strictObject({ kind: z.literal('ed25519'), ...keyed }),
  z.strictObject({ kind: z.literal('ecdsa'), ...keyed, algorithm, format: z.enum(['der', 'p1363']).default('der') }),
  z.strictObject({ kind: z.literal('rsa'), ...keyed, algorithm }),
  z.strictObject({
    kind: z.literal('certificate'),
    ...signed,
    certificate: z.strictObject({ ...place, host: regExp, path: regExp }),
    digestBy: z.strictObject({ ...place, names: z.record(text, digestName) }),
    expects: z.strictObject({ ...place, setting: text }).optional(),
  }),
  z.strictObject({
    kind: z.literal('jwt'),
    header: headerName.default('Authorization'),
    keySetUrl: z.url({ protocol: /^https$/ }).optional(),
    algorithms: z.array(z.enum(jwtAlgorithms)).min(1),
    issuer: text.optional(),
    audience: text.optional(),
    claims: z.record(text, text).optional(),
    bodyHash: z
      .strictObject({ claim: text, algorithm: z.enum(['sha256', 'sha384', 'sha512']), encoding: z.enum(['hex', 'base64', 'base64url']) })
      .nullable()
      .default(null),
  }),
  z.strictObject({ kind: z.literal('standard_webhooks'), profiles: z.array(z.enum(['standard', 'svix'])).min(1) }),
])

/**
 * A request that is no event: it is answered, recorded, and starts no run. `when`: all that is given must hold. What stands in braces in
 * the answer is taken from the request, `{query:challenge}`, or computed, `{computed}`.
 */
const handshake = z.strictObject({
  name: text,
  when: z.strictObject({
    method: z.enum(['GET', 'POST', 'HEAD']).optional(),
    header: z.strictObject({ name: headerName, value: text.optional() }).optional(),
    query: z.strictObject({ name: text, value: text.optional() }).optional(),
    field: z.strictObject({ path: field, value: text.optional() }).optional(),
    emptyBody: z.literal(true).optional(),
  }),
  /** Whether the sender signs it as it signs events. Only what it does not sign is answered before anybody has proved anything. */
  signed: z.boolean(),
  /** The parameter that must hold the verify token. */
  verifyTokenIn: text.optional(),
  /** A proof that whoever answers knows the secret (`key`), or a digest of what both know. */
  compute: z.strictObject({ kind: z.enum(['hmac', 'hash']), algorithm, of: text, encoding: z.enum(['hex', 'base64']) }).optional(),
  /** A URL of the request that is fetched to confirm, if it is where the sender's are. */
  confirm: z.strictObject({ field, host: regExp }).optional(),
  respond: z.strictObject({
    status: z.int().min(200).max(299).default(200),
    /** Text, or what is written as JSON. Null: none. */
    body: z.union([z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), z.null()]).default(null),
    headers: z.record(headerName, text).default({}),
  }),
})

const acknowledgement = z.strictObject({
  /** What a listener answers unless its owner says otherwise. */
  status: z.int().min(200).max(299).default(202),
  /** What the sender takes for success; absent: any 2xx. */
  statuses: z.array(z.int()).optional(),
  /** What it must find in the body; absent: it does not look. */
  body: z.string().optional(),
  /** How long it waits. */
  deadlineMs: z.int().min(1000),
})

const systemData = z.strictObject({
  title: text,
  /** The sender's own page about it; null for what is no sender. */
  docs: z.url({ protocol: /^https$/ }).nullable(),
  /**
   * How sure we are of the scheme. `vendor`: its own software, or an example that it published, passes here. `documented`: its documentation
   * says so. `secondary`: others say so.
   */
  evidence: z.enum(['vendor', 'documented', 'secondary']),
  /** The shared secret, or the public key. Null: there is none. */
  secret: asked.nullable(),
  verifyToken: asked.extend({ required: z.boolean() }).nullable().default(null),
  settings: z.array(asked.extend({ name: z.string().regex(/^[a-z][A-Za-z0-9]*$/), pattern: regExp.default('[\\s\\S]+') })).default([]),
  scheme,
  /** `json`: what it sends is JSON, whatever it says it is. */
  bodyFormat: z.enum(['auto', 'json']).default('auto'),
  /** Value paths; the first that leads to a value counts. */
  eventType: z.array(valuePath).default([]),
  /** The same for what copies of one event are known by. The id that a signature covers goes before any of them. */
  dedupKey: z.array(valuePath).default([]),
  /** Where a request has a list of events, and what is known of each: paths may begin with `item`. */
  batch: z
    .strictObject({ items: itemsPath, eventType: z.array(eventPath).default([]), dedupKey: z.array(eventPath).default([]) })
    .nullable()
    .default(null),
  /** Which bytes its signature covers where the body has a Content-Encoding. */
  signatureCovers: z.enum(['sent', 'decoded']).default('sent'),
  handshakes: z.array(handshake).default([]),
  /** Null: the sender does not care. */
  acknowledgement: acknowledgement.nullable(),
  /** Where its requests come from: as its sender published it at the day that is named. Null: it does not, or they change too often. */
  addresses: z
    .strictObject({
      asOf: z.iso.date(),
      source: z.url({ protocol: /^https$/ }),
      ranges: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).min(1),
    })
    .nullable()
    .default(null),
  /** What the owner of a listener should know. */
  notes: z.array(text).default([]),
  example: z.strictObject({
    method: z.enum(['GET', 'POST', 'PUT']).default('POST'),
    headers: z.record(headerName, z.string()),
    /** JSON, or text as it is, as of a form. */
    body: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown()), z.string()]),
  }),
})

const categories = ['generic', 'payments', 'commerce', 'code', 'crm', 'messaging', 'productivity', 'identity', 'cloud'] as const

type SystemData = z.output<typeof systemData>
/** A system: what its file says, its name (the file's), and its category (the folder's). */
export interface System extends SystemData {
  readonly name: string
  readonly category: string
}
export type Handshake = System['handshakes'][number]

/** An answer leaves so much before its sender gives up, for the way there. */
const MARGIN_MS = 500

/** How long a caller of the system may be kept waiting; Infinity if it does not say. */
export function waitMsMax({ acknowledgement: expected }: Pick<System, 'acknowledgement'>): number {
  return expected === null ? Infinity : expected.deadlineMs - MARGIN_MS
}

/** A file of the catalogue, checked. Throws with every fault of it. */
export function readSystem(name: string, category: string, json: unknown): System {
  const read = systemData.safeParse(json)
  const faults = read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  if (!systemName.safeParse(name).success) faults.push('The name of the file is not that of a system.')
  if (!(categories as readonly string[]).includes(category)) faults.push(`The folder "${category}" is none of ${categories.join(', ')}.`)
  if (!read.success || faults.length > 0) throw new Error(`The system "${name}" cannot be read. ${faults.join(' ')}`)
  return { ...read.data, name, category }
}

function isRegExp(source: string): boolean {
  try {
    new RegExp(source)
    return true
  } catch {
    return false
  }
}
