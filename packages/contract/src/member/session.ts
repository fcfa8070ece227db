import { z } from 'zod'
import { memberEmail, memberName, memberRole } from './member.ts'
import { operation, timestamp } from '../api/operation.ts'

/** Longer ones would only cost time to hash. */
const PASSWORD_MAX = 256
const PASSWORD_MIN = 12

/**
 * A password that somebody sets: 12 characters or more. What they are is left to its owner.
 *
 * @example
 * newPassword.safeParse('too short').success // false
 * newPassword.safeParse('four words in a row').success // true
 */
export const newPassword = z
  .string('Set a password.')
  .min(PASSWORD_MIN, `A password has ${PASSWORD_MIN} characters or more.`)
  .max(PASSWORD_MAX, `A password has ${PASSWORD_MAX} characters at most.`)

/**
 * Who signs in.
 *
 * @example signInIn.safeParse({ email: 'ines@lindqvist.example', password: 'four words in a row' }).success // true
 */
export const signInIn = z.strictObject({
  email: memberEmail,
  password: z
    .string('Give the password.')
    .min(1, 'Give the password.')
    .max(PASSWORD_MAX, `A password has ${PASSWORD_MAX} characters at most.`),
})

const token = z
  .string('Give the token of the link, the part behind its #.')
  .max(1024, 'The token of a link has 1,024 characters at most.')
  .regex(/^[\x21-\x7e]+$/, 'Give the token of the link, the part behind its #, without spaces.')

/**
 * The token of a link that sets a password: the part of its address behind `#`.
 *
 * @example linkIn.safeParse({ token: 'phl_...' }).success // true
 */
export const linkIn = z.strictObject({ token })

/**
 * Opens a link: sets the password, and for who is new the name; the first owner also says the address.
 *
 * @example redeemLinkIn.safeParse({ token: 'phl_...', name: 'Ines', password: 'four words in a row' }).success // true
 */
export const redeemLinkIn = z.strictObject({
  token,
  password: newPassword,
  name: memberName.optional(),
  email: memberEmail.optional(),
})

/**
 * What a link is for. `owner`: whoever opens it becomes an owner, and says with which address.
 *
 * @example linkOut.shape.kind.options // ['owner', 'invite', 'reset']
 */
export const linkOut = z.object({
  kind: z.enum(['owner', 'invite', 'reset']),
  /** Null where whoever opens it says it. */
  email: z.string().nullable(),
  name: z.string(),
  expiresAt: timestamp,
})
/** What a link is for, as it is answered. */
export type LinkOut = z.output<typeof linkOut>

/**
 * Who calls, and what they may do.
 *
 * @example meOut.shape.kind.options // ['member', 'key']
 */
export const meOut = z.object({
  /** A person who signed in, or a key. */
  kind: z.enum(['member', 'key']),
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  /** Of a key: what a member would need to be, to do as much. */
  role: memberRole,
  may: z.object({
    /** Change things, and not only look at them. */
    change: z.boolean(),
    /** Also members, keys and plans. */
    manage: z.boolean(),
  }),
  /** Null: all, and what belongs to the organisation. */
  applications: z.array(z.object({ id: z.string(), uid: z.string().nullable(), name: z.string() })).nullable(),
  /** When the session ends at the latest; null for keys that do not. */
  expiresAt: timestamp.nullable(),
  publicUrl: z.string().meta({ description: 'Where senders reach this server: what the Public URLs of listeners begin with' }),
})
/** Who calls, as it is answered. */
export type MeOut = z.output<typeof meOut>

const base = '/api/v1/session'
const asPerson = { noun: 'session', scope: 'public', access: 'write', idempotency: 'none' } as const

/** The operations on the sessions of browsers, by what they do. */
export const sessionOperations = {
  create: operation({
    ...asPerson,
    id: 'v1.session.create',
    method: 'POST',
    path: base,
    summary: 'Sign in; the session is a cookie',
    body: signInIn,
    refuses: ['sign_in_failed', 'cross_site_refused'],
    answers: { 201: meOut },
  }),
  delete: operation({
    id: 'v1.session.delete',
    method: 'DELETE',
    path: base,
    summary: 'Sign out',
    noun: 'session',
    scope: 'any',
    access: 'read',
    answers: { 204: null },
  }),
  describeLink: operation({
    ...asPerson,
    id: 'v1.session.describe-link',
    method: 'POST',
    path: `${base}/link/describe`,
    summary: 'Say what a link is for',
    access: 'read',
    body: linkIn,
    refuses: ['link_used_up'],
    answers: { 200: linkOut },
  }),
  redeemLink: operation({
    ...asPerson,
    id: 'v1.session.redeem-link',
    method: 'POST',
    path: `${base}/link`,
    summary: 'Open a link: set the password, and sign in',
    body: redeemLinkIn,
    refuses: ['link_used_up', 'cross_site_refused'],
    answers: { 201: meOut },
  }),
}

/** The operation that tells callers who they are. */
export const meOperations = {
  get: operation({
    id: 'v1.me.get',
    method: 'GET',
    path: '/api/v1/me',
    summary: 'Say who calls, and what they may do',
    noun: 'me',
    scope: 'any',
    access: 'read',
    answers: { 200: meOut },
  }),
}
