import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'
import { pageOf, searchedPageQuery } from '../api/paging.ts'

/**
 * What a person may do. `owner`: everything. `operator`: everything but members, keys and plans. `viewer`: look.
 *
 * @example memberRole.options // ['owner', 'operator', 'viewer']
 */
export const memberRole = z.enum(['owner', 'operator', 'viewer'], 'The role of a member is owner, operator or viewer.')
/** What a person may do, in one word. */
export type MemberRole = z.output<typeof memberRole>

/**
 * The address that a member signs in with. Its letters are kept small, so that it is the same however it is typed.
 *
 * @example memberEmail.parse(' Ines@Lindqvist.example ') // 'ines@lindqvist.example'
 */
export const memberEmail = z
  .string('A member has an e-mail address.')
  .trim()
  .toLowerCase()
  .max(254, 'An e-mail address has 254 characters at most.')
  .regex(/^[^\s@"<>]{1,64}@[^\s@"<>]+$/, 'This is no e-mail address. Write it as name@company.example.')

/**
 * What a member is called on the pages.
 *
 * @example memberName.safeParse('').success // false
 */
export const memberName = z
  .string('A member has a name.')
  .trim()
  .min(1, 'A member has a name.')
  .max(120, 'The name of a member has 120 characters at most.')

const applications = z
  .array(z.string().min(1).max(256))
  .min(1, 'Name at least one application, or null for all.')
  .max(1000, 'A member is limited to 1,000 applications at most.')
  .nullable()
  .meta({ description: 'Ids or uids of the applications that the member may enter. Null: all, as owners do' })

/**
 * Who is invited.
 *
 * @example memberIn.parse({ email: 'ines@lindqvist.example', role: 'viewer' }) // { email: 'ines@lindqvist.example', role: 'viewer', applications: null }
 */
export const memberIn = z.strictObject({
  email: memberEmail,
  /** Absent: whoever opens the invitation gives it. */
  name: memberName.optional(),
  role: memberRole,
  applications: applications.default(null),
})

/**
 * What may be changed of a member. Its sessions end with it, unless it is only the name.
 *
 * @example memberPatch.safeParse({ disabled: true }).success // true
 */
export const memberPatch = z.strictObject({
  name: memberName.optional(),
  role: memberRole.optional(),
  applications: applications.optional(),
  disabled: z.boolean().optional(),
})

/**
 * A member, without its password.
 *
 * @example memberOut.shape.state.options // ['invited', 'active', 'disabled']
 */
export const memberOut = z.object({
  id: z.string(),
  email: z.string(),
  /** Empty until an invitation is opened. */
  name: z.string(),
  role: memberRole,
  applicationIds: z.array(z.string()).nullable().meta({ description: 'Null: all' }),
  /** `invited`: was never in yet. */
  state: z.enum(['invited', 'active', 'disabled']),
  createdAt: timestamp,
  /** To the minute; null: never. */
  lastSeenAt: timestamp.nullable(),
  disabledAt: timestamp.nullable(),
})
/** A member as it is answered. */
export type MemberOut = z.output<typeof memberOut>

/**
 * A link that lets one person set a password, once. It is shown in the answer that made it, and never again.
 *
 * @example memberLink.shape.link.safeParse('https://hooks.example.com/welcome#phl_...').success // true
 */
export const memberLink = z.object({ link: z.string(), linkExpiresAt: timestamp })

const base = '/api/v1/member'
const one = `${base}/{member_id}` as const
const shared = { noun: 'member', scope: 'organisation', role: 'owner' } as const

/** The operations on the people of the organisation, by what they do. */
export const memberOperations = {
  list: operation({
    ...shared,
    id: 'v1.member.list',
    method: 'GET',
    path: base,
    summary: 'List members',
    access: 'read',
    query: searchedPageQuery,
    answers: { 200: pageOf(memberOut) },
  }),
  create: operation({
    ...shared,
    id: 'v1.member.create',
    method: 'POST',
    path: base,
    summary: 'Invite a member; the link is shown once',
    access: 'write',
    body: memberIn,
    answers: { 201: memberOut.extend(memberLink.shape) },
  }),
  get: operation({
    ...shared,
    id: 'v1.member.get',
    method: 'GET',
    path: one,
    summary: 'Get a member',
    access: 'read',
    answers: { 200: memberOut },
  }),
  patch: operation({
    ...shared,
    id: 'v1.member.patch',
    method: 'PATCH',
    path: one,
    summary: 'Change what a member may do, disable it or enable it',
    access: 'write',
    body: memberPatch,
    refuses: ['last_owner'],
    answers: { 200: memberOut },
  }),
  delete: operation({
    ...shared,
    id: 'v1.member.delete',
    method: 'DELETE',
    path: one,
    summary: 'Remove a member; its sessions end',
    access: 'write',
    refuses: ['last_owner'],
    answers: { 204: null },
  }),
  reset: operation({
    ...shared,
    id: 'v1.member.reset',
    method: 'POST',
    path: `${one}/reset`,
    summary: 'Make a link with which a member sets a new password',
    access: 'write',
    answers: { 201: memberLink },
  }),
}
