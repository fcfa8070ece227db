import { memberEmail, memberName, type providerOperations } from '@posthorn/contract'
import { AppError, type MemberId } from '#domain'
import type { RemoteKeys } from '#ingest'
import type { Statement, StoredMember } from '#store'
import { changeOrganisation } from '../../change.ts'
import { meJson } from '../../me/me-json.ts'
import { memberJson } from '../../member/member-row.ts'
import type { Answer, Call } from '../../route.ts'
import { linkDigest } from '../link.ts'
import { newSession } from '../open-session.ts'
import { noteRefused, type SignInDeps } from '../sign-in.ts'
import { begunIn, newSignIn, signInCookie, type BegunSignIn } from './begun-sign-in.ts'
import { authorizeUrl, claimsFor, type Claims } from './open-id.ts'
import type { SignInProvider } from './sign-in-provider.ts'

export interface ProviderDeps extends SignInDeps {
  readonly providerKeys: RemoteKeys
}

type CompleteCall = Call<typeof providerOperations.completeSignIn>

function providerOf({ settings }: Pick<ProviderDeps, 'settings'>, { params }: Pick<Call, 'params'>): SignInProvider {
  const provider = settings.signInProviders.find(({ id }) => id === params['provider_id'])
  if (provider === undefined)
    throw new AppError('not_found', { detail: 'There is no such provider here. GET /api/v1/session/provider lists them.' })
  return provider
}

/** Where the browser goes, and what it has to bring back. */
export async function beginSignIn(deps: ProviderDeps, call: Call<typeof providerOperations.beginSignIn>): Promise<Answer> {
  const provider = providerOf(deps, call)
  const begun = newSignIn({ random: deps.random, now: deps.clock.now() }, provider.id)
  const url = await authorizeUrl(deps, provider, begun)
  const headers = { 'set-cookie': signInCookie(deps.vault, begun, deps.settings.apiUrl), 'cache-control': 'no-store' }
  return { status: 200, body: { url }, headers }
}

/**
 * Begins the session of whom a provider vouches for. What comes along counts only in the browser that began it: so nobody is signed in
 * with a code that somebody else got for themselves.
 */
export async function completeSignIn(deps: ProviderDeps, call: CompleteCall): Promise<Answer> {
  const provider = providerOf(deps, call)
  const begun = begunIn(deps.vault, call.cookies, deps.settings.apiUrl)
  const { code, state, iss } = call.body
  const isOpen = begun?.provider === provider.id && begun.state === state && begun.expiresAt > deps.clock.now()
  if (!isOpen || (await deps.store.queries.members.link(linkDigest(state))) !== undefined) throw new AppError('sign_in_expired')
  // Each try has us call the provider.
  const forgive = deps.guard.begin(`provider ${state}`, call.ip)
  const claims = await claimsFor(deps, provider, { begun, code, iss })
  const email = emailOf(provider, claims)
  const session = await admit(deps, call, { provider, begun, email, claims })
  forgive()
  return { status: 201, body: await meJson(deps, session.actor), headers: session.headers }
}

/** The address that the provider vouches for. One that it has not verified may be anybody's. */
function emailOf({ label, domains }: SignInProvider, { email: given, emailVerified }: Claims): string {
  const email = memberEmail.safeParse(given)
  const why = (detail: string) => new AppError('sign_in_refused', { detail })
  if (!email.success) throw why(`${label} does not say your e-mail address. Its scope "email" has to be granted to this server.`)
  if (!emailVerified) throw why(`${label} has not verified the address ${email.data} (email_verified). Verify it there, then begin again.`)
  const domain = email.data.slice(email.data.lastIndexOf('@') + 1)
  if (domains.length > 0 && !domains.includes(domain))
    throw why(`${label} vouches here for addresses of ${domains.join(', ')} only, and not for ${email.data}.`)
  return email.data
}

interface Admission {
  readonly provider: SignInProvider
  readonly begun: BegunSignIn
  readonly email: string
  readonly claims: Claims
}

async function admit(deps: ProviderDeps, call: CompleteCall, { provider, begun, email, claims }: Admission) {
  const known = await deps.store.queries.members.withEmail(email)
  if (known === undefined ? provider.newMembers === null : known.disabled_at !== null) {
    await noteRefused(deps, call, known?.id)
    throw new AppError('no_member', { detail: `${email} ${known === undefined ? 'is no member here' : 'is disabled here'}. Ask an owner.` })
  }
  const actor = { id: known ? (known.id as MemberId) : deps.ids.make('mem') }
  const used = { hash: linkDigest(begun.state), kind: 'provider', expires_at: begun.expiresAt }
  const { members } = deps.store.statements
  return changeOrganisation(deps, { actor, ip: call.ip }, async () => {
    const now = deps.clock.now()
    const before = await deps.store.queries.members.withEmail(email)
    // Disabled, removed or made meanwhile.
    if (before?.id !== known?.id || (before?.disabled_at ?? null) !== null) throw new AppError('no_member')
    const { after, statements } = memberOf(deps, { before, id: actor.id, email, claims, provider })
    const session = newSession(deps, call, after)
    return {
      // Whose digest is there completed it already.
      statements: [
        members.insertLink({ ...used, member_id: after.id, created_at: now, used_at: now }),
        ...statements,
        ...session.statements,
      ],
      action: before === undefined ? 'member.created' : 'session.created',
      target: after.id,
      ...(before === undefined && { after: { ...memberJson(after), provider: provider.id } }),
      ...(before !== undefined && { after: { provider: provider.id } }),
      result: session,
    }
  }).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'conflict' ? new AppError('sign_in_expired') : error
  })
}

interface Vouched {
  readonly before: StoredMember | undefined
  readonly id: MemberId
  readonly email: string
  readonly claims: Claims
  readonly provider: SignInProvider
}

function memberOf(
  { store, clock }: Pick<ProviderDeps, 'store' | 'clock'>,
  { before, id, email, claims, provider }: Vouched,
): { readonly after: StoredMember; readonly statements: readonly Statement[] } {
  const { members } = store.statements
  const given = memberName.safeParse(claims.name)
  const name = before?.name || (given.success ? given.data : '')
  if (before === undefined) {
    const after: StoredMember = {
      ...{ id, email, name, role: provider.newMembers!, applications: null, password: null },
      ...{ created_at: clock.now(), last_seen_at: null, disabled_at: null },
    }
    return { after, statements: [members.insert(after)] }
  }
  // An invitation may have left the name open.
  return { after: { ...before, name }, statements: name === before.name ? [] : [members.update(before.id, { name })] }
}
