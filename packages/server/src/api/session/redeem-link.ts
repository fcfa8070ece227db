import type { LinkOut, sessionOperations } from '@posthorn/contract'
import { AppError, type FieldFault, type MemberId } from '#domain'
import type { Statement, StoredMember } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { meJson } from '../me/me-json.ts'
import { memberJson } from '../member/member-row.ts'
import type { Answer, Call } from '../route.ts'
import { newSession } from './open-session.ts'
import { openLink, type OpenLink } from './open-link.ts'
import type { SignInDeps } from './sign-in.ts'

type RedeemCall = Call<typeof sessionOperations.redeemLink>

/** Says what a link is for, so that a page can ask for what it needs. */
export async function describeLink(deps: ApiDeps, call: Call<typeof sessionOperations.describeLink>): Promise<Answer> {
  const { kind, member, expiresAt } = await openLink(deps, call.body.token)
  const body: LinkOut = {
    ...{ kind, email: member?.email ?? null, name: member?.name ?? '' },
    expiresAt: new Date(expiresAt).toISOString(),
  }
  return { status: 200, body, headers: { 'cache-control': 'no-store' } }
}

/** Sets the password that a link is for, ends the sessions that were begun with the one before, and signs in. */
export async function redeemLink(deps: SignInDeps, call: RedeemCall): Promise<Answer> {
  // Before the hash, which costs: a link that opens nothing is refused at once.
  const opened = await openLink(deps, call.body.token)
  refuseMissing(opened, call.body)
  const password = await deps.passwords.hash(call.body.password)
  const known = opened.member ?? (await deps.store.queries.members.withEmail(call.body.email!))
  const actor = { id: known ? (known.id as MemberId) : deps.ids.make('mem') }
  const { members } = deps.store.statements
  const session = await changeOrganisation(deps, { actor, ip: call.ip }, async () => {
    const link = await openLink(deps, call.body.token)
    const { before, after, statement } = await memberOf(deps, call, { link, password, id: actor.id })
    const session = newSession(deps, call, after)
    return {
      statements: [link.use(deps.clock.now()), statement, members.endSessions(after.id), members.endLinks(after.id), ...session.statements],
      action: before === undefined ? 'member.created' : 'member.password_set',
      target: after.id,
      ...(before && { before: memberJson(before) }),
      after: memberJson(after),
      result: session,
    }
  }).catch((error: unknown) => {
    // Of two who open one at once, the other has the row.
    throw error instanceof AppError && error.code === 'conflict' ? new AppError('link_used_up') : error
  })
  return { status: 201, body: await meJson(deps, session.actor), headers: session.headers }
}

/** Who is new is asked for what nobody knows yet. */
function refuseMissing({ kind, member }: OpenLink, { name, email }: RedeemCall['body']): void {
  const fields: FieldFault[] = []
  if (kind === 'owner' && email === undefined)
    fields.push({ pointer: '/email', code: 'required', message: 'Give the address that you will sign in with.' })
  if (name === undefined && (member === undefined || member.name === ''))
    fields.push({ pointer: '/name', code: 'required', message: 'A member has a name.' })
  if (fields.length > 0) throw new AppError('validation_error', { fields })
}

interface Redeemed {
  readonly before: StoredMember | undefined
  readonly after: StoredMember
  readonly statement: Statement
}

async function memberOf(
  { store, clock }: Pick<ApiDeps, 'store' | 'clock'>,
  { body }: RedeemCall,
  { link, password, id }: { readonly link: OpenLink; readonly password: string; readonly id: MemberId },
): Promise<Redeemed> {
  const { members } = store.statements
  // An owner's link also lets in a member who is locked out: whoever has the master key may do everything.
  const before = link.member ?? (await store.queries.members.withEmail(body.email!))
  const owner = link.kind === 'owner' ? { role: 'owner', applications: null, disabled_at: null } : {}
  const name = body.name ?? before?.name ?? ''
  if (before !== undefined) {
    const change = { ...owner, name, password }
    return { before, after: { ...before, ...change }, statement: members.update(before.id, change) }
  }
  const after: StoredMember = {
    ...{ id, email: body.email!, name, role: 'owner', applications: null, password },
    ...{ created_at: clock.now(), last_seen_at: null, disabled_at: null },
  }
  return { before, after, statement: members.insert(after) }
}
