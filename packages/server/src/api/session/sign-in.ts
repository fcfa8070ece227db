import type { sessionOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { meJson } from '../me/me-json.ts'
import type { Answer, Call } from '../route.ts'
import { newSession } from './open-session.ts'
import type { Passwords } from './password.ts'
import type { SignInGuard } from './sign-in-guard.ts'

export interface SignInDeps extends ApiDeps {
  readonly passwords: Passwords
  readonly guard: SignInGuard
}

/** Begins a session. A wrong address and a wrong password are answered alike, after the same work. */
export async function signIn(deps: SignInDeps, call: Call<typeof sessionOperations.create>): Promise<Answer> {
  const { email, password } = call.body
  const forgive = deps.guard.begin(email, call.ip)
  const member = await deps.store.queries.members.withEmail(email)
  const isRight = await deps.passwords.verify(password, member?.password ?? null)
  if (member === undefined || !isRight || member.disabled_at !== null) {
    await noteRefused(deps, call, member?.id)
    throw new AppError('sign_in_failed')
  }
  forgive()
  const session = newSession(deps, call, member)
  await changeOrganisation(deps, { actor: session.actor, ip: call.ip }, async () => {
    // It may have been disabled, or its password changed, while its password was verified.
    const now = await deps.store.queries.members.find(member.id)
    if (now === undefined || now.disabled_at !== null || now.password !== member.password) throw new AppError('sign_in_failed')
    return { statements: session.statements, action: 'session.created', target: member.id, result: undefined }
  })
  return { status: 201, body: await meJson(deps, session.actor), headers: session.headers }
}

/** Written for whoever it was, because a write takes time that could be measured. What was typed as an address may be a password. */
export async function noteRefused({ store, ids, clock }: ApiDeps, { ip }: Pick<Call, 'ip'>, member: string | undefined): Promise<void> {
  const about = { id: ids.make('aud'), at: clock.now(), application: null, actor: 'nobody', action: 'session.refused' }
  const audit = [{ ...about, target: member ?? 'unknown', before: null, after: null, ip }]
  await store.mutate({ statements: [], application: null, audit })
}
