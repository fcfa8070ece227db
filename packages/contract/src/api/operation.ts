import { z } from 'zod'
import type { ErrorCode } from '../errors.ts'

/**
 * One operation of the API: all that is said about it on the wire. The server's routes, `/openapi.json`, the typed client and the
 * access tests are made from these, so a new operation cannot be forgotten by any of them.
 */
export interface Operation {
  /** As Svix names its own; ours follow the same form: `v1.listener.create`. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  /** Parameters in braces: `/api/v1/app/{app_id}/msg/{msg_id}`. */
  readonly path: string
  readonly summary: string
  /** Which group of the documentation and of the client it stands in. */
  readonly noun: string
  /**
   * `application`: the path names one in `app_id`, and a key of that application may call it. `organisation`: only an organisation key
   * may. `any`: any key, and what it is answered depends on whose it is.
   */
  readonly scope: 'public' | 'any' | 'application' | 'organisation'
  readonly access: 'read' | 'write'
  /**
   * `owner`: of members, owners only; of keys, those that may do everything. `viewer`: of members all, also those who otherwise look
   * only; of keys, those that have the access. Absent: whoever has the access.
   */
  readonly role?: 'owner' | 'viewer'
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** The body as it is documented, where `body` is read loosely because its route reports faults better. */
  readonly documentedBody?: z.ZodType
  /** The body by status of success; null: none. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>
  /** The codes that few operations answer with, this one among them; those that any may answer with stand nowhere. */
  readonly refuses?: readonly ErrorCode[]
  /**
   * `commit`: the key is kept in the same commit as the effect, because the operation is on the hot path. `none`: it takes no key,
   * because its answer holds a cookie, which must not be kept.
   */
  readonly idempotency?: 'commit' | 'none'
}

/**
 * Says an operation without losing the types of its parts.
 *
 * @example
 * const about = { id: 'v1.cat.get', method: 'GET', path: '/api/v1/cat', summary: 'Get the cat', noun: 'cat', scope: 'any', access: 'read', answers: {} }
 * operation(about) === about // true
 */
export function operation<const O extends Operation>(about: O): O {
  return about
}

/**
 * A time on the wire: ISO 8601 in UTC with milliseconds.
 *
 * @example timestamp.safeParse('2030-01-31T00:00:00.000Z').success // true
 */
export const timestamp = z.iso.datetime().meta({ description: 'ISO 8601, UTC' })

/**
 * A time as it is asked for: ISO 8601 in any zone.
 *
 * @example
 * moment.safeParse('2030-01-31T01:00:00+01:00').success // true
 * moment.safeParse('2030-01-31').success // false
 */
export const moment = z.iso.datetime({ offset: true, error: 'Give a time in ISO 8601, such as 2030-01-31T00:00:00Z.' })

/**
 * An answer that is no JSON but bytes, whatever they are.
 *
 * @example operations.filter(({ answers }) => answers[200] === bytesAnswer).map(({ id }) => id) // ['v1.request.get-body', 'v1.entry.get-content']
 */
export const bytesAnswer = z.string().meta({ format: 'binary' })

const eventStreams = new WeakSet<z.ZodType>()

/**
 * An answer that does not end: server-sent events, whose data are JSON of this shape.
 *
 * @example isEventStream(eventsAnswer(streamEventOut)) // true
 */
export function eventsAnswer<Schema extends z.ZodType>(event: Schema): Schema {
  eventStreams.add(event)
  return event
}

/**
 * Whether an answer is a stream of events.
 *
 * @example operations.filter(({ answers }) => isEventStream(answers[200])).map(({ id }) => id) // ['v1.stream.listen']
 */
export function isEventStream(answer: z.ZodType | null | undefined): boolean {
  return answer != null && eventStreams.has(answer)
}

/**
 * An id or the caller's own uid: 1 to 256 letters, digits, `-`, `_` and dots, so no whitespace and no slash.
 *
 * @example uid.safeParse('../shop').success // false
 */
export const uid = z
  .string()
  .min(1, 'A uid has 1 to 256 characters.')
  .max(256, 'A uid has 1 to 256 characters.')
  .regex(/^[a-zA-Z0-9\-_.]+$/, 'A uid is made of letters, digits, "-", "_" and ".".')

/**
 * Free text pairs that the caller keeps with an object: 4,096 characters as JSON at most.
 *
 * @example metadata.safeParse({ tenant: 'shop' }).success // true
 */
export const metadata = z
  .record(z.string(), z.string())
  .refine((value) => JSON.stringify(value).length <= 4096, 'Metadata is at most 4,096 characters of JSON.')

/**
 * Whether a call may say by If-Match which version it means to change.
 *
 * @example takesIfMatch({ refuses: ['draft_changed'] }) // true
 */
export function takesIfMatch({ refuses = [] }: Pick<Operation, 'refuses'>): boolean {
  return refuses.includes('draft_changed') || refuses.includes('precondition_failed')
}
