import type { sessionOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { setCookie } from './session-cookie.ts'

/** Ends the session that calls; on other processes within a second. */
export async function signOut(deps: ApiDeps, call: Call<typeof sessionOperations.delete>): Promise<Answer> {
  const { actor } = call
  if (actor.kind !== 'member')
    throw new AppError('insufficient_access', { detail: 'A key has no session to end. It is revoked by whoever made it.' })
  await changeOrganisation(deps, call, async () => ({
    statements: [deps.store.statements.members.endSession(actor.session)],
    action: 'session.ended',
    target: actor.id,
    result: undefined,
  }))
  // Pages that are left may still be in the browser's own memory.
  return { status: 204, headers: { 'set-cookie': setCookie(null, deps.settings.apiUrl), 'clear-site-data': '"cache"' } }
}
