import { z } from 'zod'
import { moment } from '../api/operation.ts'
import { isHeaderName } from '../value/header-fault.ts'
import { isHeaderValue } from '../value/header-value.ts'
import { listenerMethods } from './listener.ts'

const BODY_LENGTH_MAX = 200_000

/** A query that people hand in, of what can stand in a request's first line. */
export const handedQuery = z
  .string()
  .max(8000)
  .regex(/^[^\x00-\x20\x7f#]*$/, 'A query has no spaces, control characters and "#": write them as %20, %00 and %23.')

const handedValue = z.string().refine(isHeaderValue, 'A header has no control characters.')

/** Headers that people hand in, as a sender could send them. */
export const handedHeaders = z.record(
  z.string().max(200).refine(isHeaderName, 'A header\'s name is made of letters, digits and some of the marks between them, such as "-".'),
  z.union([handedValue, z.array(handedValue).max(50)]),
)

/** Bytes that people hand in: what is not read of them would be judged as something else than they meant. Line breaks are none of it. */
export function isWrittenIn({
  body = '',
  encoding,
}: {
  readonly body?: string | undefined
  readonly encoding?: string | undefined
}): boolean {
  if (encoding !== 'base64') return true
  const digits = body.replaceAll(/\s/g, '')
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(digits) && digits.replaceAll('=', '').length % 4 !== 1
}

/** Where that is told. */
export const notWrittenIn = { path: ['body'], error: 'This is not base64, as "encoding" says.' }

/**
 * A request to be checked: one that is kept, by its id, or one that is pasted, as it was sent.
 *
 * @example
 * verifyRequestIn.safeParse({ headers: { 'X-Signature': 'abc' }, body: '{}' }).success // true
 * verifyRequestIn.safeParse({ request: 'req_1', body: '{}' }).success // false
 */
export const verifyRequestIn = z
  .strictObject({
    request: z.string().max(100).optional().meta({ description: 'The id of a request that is kept; it stands alone' }),
    method: z.enum(listenerMethods).optional().meta({ description: 'POST unless it is said' }),
    path: z
      .string()
      .max(4000)
      .regex(/^\//, 'A path begins with a slash.')
      .optional()
      .meta({ description: "The listener's own unless it is said" }),
    query: handedQuery.optional().meta({ description: 'As it was sent, without the question mark' }),
    headers: handedHeaders.optional(),
    body: z.string().max(BODY_LENGTH_MAX, 'A body to be checked has 200,000 characters at most.').optional(),
    encoding: z.enum(['utf8', 'base64']).optional().meta({ description: 'Of the body; utf8 unless it is said' }),
    at: moment.optional().meta({ description: 'When it came, for signatures that hold for a while; now unless it is said' }),
  })
  .refine(isWrittenIn, notWrittenIn)
  .superRefine(({ request, ...pasted }, context) => {
    const beside = Object.keys(pasted).find((name) => pasted[name as keyof typeof pasted] !== undefined)
    if (request === undefined || beside === undefined) return
    context.addIssue({
      code: 'custom',
      path: [beside],
      message: 'A request that is kept is checked as it came: leave this out, or paste all of it.',
    })
  })
/** A request to be checked. */
export type VerifyRequestIn = z.output<typeof verifyRequestIn>

/**
 * What a listener makes of a request: whether it would be taken, and if not, why.
 *
 * @example verdictOut.safeParse({ taken: true, verified: true, scheme: 'hmac', secretLast4: 'cret', code: null, detail: null }).success // true
 */
export const verdictOut = z.object({
  taken: z.boolean().meta({ description: 'Whether it would be accepted now, origin, address and rate aside' }),
  verified: z.boolean().meta({ description: 'Whether it proves where it comes from' }),
  scheme: z.string().meta({ description: 'What it is verified by: hmac, bearer, ...; none where anybody is taken' }),
  secretLast4: z.string().nullable().meta({ description: 'The end of the secret that it fits' }),
  code: z.string().nullable().meta({
    description: 'Why it is not taken: an error code, or not_checkable where too little of it is kept to say; null where it is taken',
  }),
  detail: z.string().nullable(),
})
/** What a listener makes of a request, as it is answered. */
export type VerdictOut = z.output<typeof verdictOut>
