import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { isHeaderName, replyHeaderFault } from '../value/header-fault.ts'
import { listenerAuth } from './listener-auth.ts'
import { readSuffix } from './listener-suffix.ts'
import { systemName } from './system.ts'

/**
 * The methods that a listener may take.
 *
 * @example listenerMethods.includes('OPTIONS') // false
 */
export const listenerMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const
/** A method that a listener may take. */
export type ListenerMethod = (typeof listenerMethods)[number]

/**
 * Header names to values; several values, as of Set-Cookie, stand in an array of up to 50. A name stands once, in whatever case.
 *
 * @example
 * replyHeaders.safeParse({ 'set-cookie': ['a=1', 'b=2'] }).success // true
 * replyHeaders.safeParse({ 'X-A': '1', 'x-a': '2' }).success // false
 */
export const replyHeaders = z.record(z.string(), z.union([z.string(), z.array(z.string()).max(50)])).superRefine((headers, context) => {
  const names = new Set<string>()
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (names.has(lower)) context.addIssue({ code: 'custom', message: `"${name}" stands twice; give its values as a list.`, path: [name] })
    names.add(lower)
    for (const one of [value].flat()) {
      const message = replyHeaderFault(name, one)
      if (message !== undefined) context.addIssue({ code: 'custom', message, path: [name] })
    }
  }
})

/**
 * A status that a caller may be answered with, 200 to 599: 1xx would leave it waiting.
 *
 * @example replyStatus.safeParse(100).success // false
 */
export const replyStatus = z.int().min(200, 'A status is a number from 200 to 599.').max(599, 'A status is a number from 200 to 599.')

/**
 * Where a value stands in a request: `header:X-Event-Id`, `query:id` or `body.data.id`; 300 characters at most.
 *
 * @example
 * valuePath.safeParse('body.items[0].id').success // true
 * valuePath.safeParse('data.id').success // false
 */
export const valuePath = z
  .string()
  .max(300)
  .regex(
    /^(?:header:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|query:[^\s]+|body(?:\.[^\s.[\]]+|\[\d{1,6}\])+)$/,
    'Say where the value stands: header:X-Event-Id, query:id or body.data.id.',
  )

/**
 * The same where a request may bring many events: a path that begins with `item` leads through each of them.
 *
 * @example eventPath.safeParse('item.data.id').success // true
 */
export const eventPath = z
  .string()
  .max(300)
  .regex(
    /^(?:header:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|query:[^\s]+|(?:body|item)(?:\.[^\s.[\]]+|\[\d{1,6}\])+)$/,
    'Say where the value stands: header:X-Event-Id, query:id or body.data.id; of each of many events: item.id.',
  )

/**
 * Where the list of a request's events stands: the body itself, a member of it, or a member of each item of another list.
 *
 * @example
 * itemsPath.safeParse('body.events').success // true
 * itemsPath.safeParse('body.entry[].changes').success // true
 */
export const itemsPath = z
  .string()
  .max(300)
  .regex(
    /^body(?:\.[^\s.[\]]+)*(?:\[\](?:\.[^\s.[\]]+)+){0,3}(?:\[\])?$/,
    'Say where the list of events stands: body, body.events, or in each item of another list, body.entry[].changes.',
  )

const split = z.strictObject({
  items: itemsPath.optional().meta({
    description:
      "Where the list of events stands: `body`, `body.events`, or in each item of another list `body.entry[].changes`; absent: where the system's stands",
  }),
})

const suffix = z.string('The URL suffix is required, for example /orders.').transform((text, context) => {
  const read = readSuffix(text)
  if (read.ok) return read.suffix
  context.addIssue({ code: 'custom', message: read.message })
  return z.NEVER
})

const methods = z
  .array(z.enum(listenerMethods, `A method is one of ${listenerMethods.join(', ')}.`))
  .min(1, 'Choose at least one method.')
  .transform((list) => [...new Set(list)])

const origin = z.string().superRefine((text, context) => {
  const message = originFault(text)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})

/** What a browser never sends as an origin would be a row that lets nobody in. */
function originFault(text: string): string | undefined {
  const said = `"${text.slice(0, 200)}" is not an exact origin such as https://app.example.com.`
  if (text.includes('*')) return `${said} There are no patterns here: name each by itself, or leave the list empty, and none is checked.`
  const { origin, protocol } = URL.parse(text) ?? {}
  if (protocol !== 'https:' && protocol !== 'http:') return said
  return origin === text ? undefined : `${said} Write it as "${origin}".`
}

/**
 * An address or a CIDR, of either family.
 *
 * @example
 * addressOrRange.safeParse('192.0.2.0/24').success // true
 * addressOrRange.safeParse('2001:db8::1').success // true
 * addressOrRange.safeParse('192.0.2').success // false
 */
export const addressOrRange = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'This is neither an IP address nor a range such as 192.0.2.0/24.',
)

/** Said by the union and by its text: zod gives the word to the one alternative whose fault is its form alone. */
const NO_ADDRESS = 'This is neither an IP address, nor a range such as 192.0.2.0/24, nor the ranges of a system such as preset:github.'

/**
 * What a listener allows: an address, a CIDR, or the published ranges of a system, `preset:github`.
 *
 * @example
 * allowedAddress.safeParse('preset:github').success // true
 * allowedAddress.safeParse('github').success // false
 */
export const allowedAddress = z.union([addressOrRange, z.string().regex(/^preset:[a-z0-9]+(?:-[a-z0-9]+)*$/, NO_ADDRESS)], NO_ADDRESS)

/** A row of the expected structure. `locked` rows follow from the authentication; they are shown, and ignored when written. */
const expectedRow = z.strictObject({
  name: z.string().min(1).max(200),
  value: z.string().max(8192).optional(),
  required: z.boolean().optional(),
  locked: z.boolean().optional(),
})

/** One that no request can have would have a strict listener refuse all of them. */
function checkHeaderNames(rows: z.output<typeof expectedRow>[], context: z.RefinementCtx): void {
  const names = new Set<string>()
  for (const [index, { name, locked }] of rows.entries()) {
    if (locked === true) continue
    const refuse = (message: string) => context.addIssue({ code: 'custom', message, path: [index, 'name'] })
    if (!isHeaderName(name))
      refuse(`${JSON.stringify(name)} is not the name of a header: it has letters, digits and hyphens, and no spaces.`)
    if (names.has(name.toLowerCase())) refuse(`${JSON.stringify(name)} stands twice; case makes no difference.`)
    names.add(name.toLowerCase())
  }
}

/** Objects, lists, texts, numbers and the rest, at any depth: each request of a strict listener is compared with them. */
const EXAMPLE_VALUES_MAX = 10_000

/** Stops counting where it is too many. */
function valuesOf(value: unknown, most: number): number {
  let count = 1
  if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) if (count <= most) count += valuesOf(inner, most - count)
  return count
}

const expected = z
  .strictObject({
    headers: z
      .array(expectedRow)
      .max(200)
      .superRefine(checkHeaderNames)
      .transform((rows) => rows.filter((row) => row.locked !== true))
      .default([]),
    query: z.array(expectedRow).max(200).default([]),
    /** An example. Its names become variables of the mapping. */
    body: anyJson.optional(),
    /** Refuses what does not match with 422; otherwise live data need not match. */
    strict: z.boolean().default(false),
  })
  .superRefine(({ body }, context) => {
    if (valuesOf(body, EXAMPLE_VALUES_MAX) <= EXAMPLE_VALUES_MAX) return
    const message = `An example has at most ${EXAMPLE_VALUES_MAX} values, at any depth. One item of a list is enough.`
    context.addIssue({
      code: 'too_big',
      origin: 'number',
      maximum: EXAMPLE_VALUES_MAX,
      inclusive: true,
      message,
      path: ['body'],
      input: body,
    })
  })

const fixedReply = z.strictObject({
  status: replyStatus.optional(),
  headers: replyHeaders.default({}),
  /** Null: Posthorn's own confirmation, `{ ok, requestId, runId }`. Text is sent as it is. */
  body: anyJson.default(null),
})

const reply = z.strictObject({
  ...fixedReply.shape,
  mode: z.enum(['auto', 'at_once', 'flow']).default('auto'),
  timeoutMs: z.int().min(100).max(60_000, 'A caller waits for 60 seconds at most.').optional(),
  onTimeout: replyStatus.optional(),
  /** What a caller is answered whose run failed before it replied. */
  error: z
    .strictObject({ ...fixedReply.shape, status: replyStatus.default(500) })
    .nullable()
    .default(null),
})

const dedup = z.strictObject({
  key: eventPath.optional().meta({
    description:
      "Where the id of the event stands; absent: the system's own. Copies are known by text that is not blank and by numbers: null, true, false, objects and lists are taken for no id",
  }),
  windowHours: z.int().min(1).max(720).default(72),
})

/**
 * A listener as it is written: a public URL at which the requests of one system arrive.
 *
 * @example
 * listenerIn.parse({ name: 'Orders in', suffix: 'orders/', auth: { kind: 'none' } }).suffix // '/orders'
 * listenerIn.safeParse({ name: 'Orders in', suffix: '/orders' }).success // false
 */
export const listenerIn = z.strictObject({
  uid: z
    .string()
    .max(256)
    .regex(/^[A-Za-z0-9._-]+$/, 'A uid has letters, digits, dots, hyphens and underscores.')
    .refine((uid) => !uid.startsWith('lst_'), 'A uid must not begin as an id does.')
    .nullable()
    .optional(),
  name: z.string('The name is required.').trim().min(1, 'The name is required.').max(120, 'A name has 120 characters at most.'),
  system: systemName.default('custom'),
  suffix,
  methods: methods.default(['POST']),
  auth: listenerAuth,
  enabled: z.boolean().default(true),
  allowedOrigins: z.array(origin).max(100).default([]),
  allowedIps: z.array(allowedAddress).max(1000).default([]),
  rateLimit: z
    .strictObject({ requests: z.int().min(1).max(1_000_000), seconds: z.int().min(1).max(86_400) })
    .nullable()
    .default(null),
  requireHttps: z.boolean().default(false),
  bodyBytesMax: z.int().min(1).max(268_435_456).nullable().default(null),
  uploadBytesMax: z.int().min(1).max(1_073_741_824).nullable().default(null).meta({
    description: "How large a multipart form may be with its files, in bytes; null: the server's own limit",
  }),
  bodyFormat: z.enum(['auto', 'json', 'xml', 'text']).default('auto').meta({
    description: 'What a body is read as; auto: as its Content-Type says. Text is read as nothing else',
  }),
  onMalformed: z.enum(['reject', 'raw']).default('reject'),
  signatureCovers: z.enum(['sent', 'decoded']).nullable().default(null).meta({
    description:
      'Which bytes a signature covers where the body has a Content-Encoding: as sent, or decoded; null: as the system does, else as sent',
  }),
  expected: expected.prefault({}),
  /** Null: none. Absent: the system's own key, for 72 hours. */
  dedup: dedup.nullable().optional(),
  eventType: eventPath.nullable().default(null),
  split: split.nullable().default(null).meta({
    description:
      'Makes one run of each event, where a request brings a list of them: up to 1,000, each with its own deduplication key (`dedup.key` may begin with `item`), all kept in one commit. The sender is answered at once. A request without such a list is one event. Null: a request is one event',
  }),
  reply: reply.prefault({}),
})

/** A listener as a caller may write it. */
export type ListenerInput = z.input<typeof listenerIn>
/** A listener as it is kept: every default filled in, the suffix in its normal form. */
export type Listener = z.output<typeof listenerIn>
/** What a listener answers with, and when. */
export type ListenerReply = Listener['reply']
/** What a listener expects of a request. */
export type ListenerExpected = Listener['expected']
