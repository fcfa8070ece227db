import type { ApplicationId } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { memberActor } from '../session/session-actor.ts'
import { mayEnter, type Actor } from './actor.ts'

/** Whether who once called may still look into an application. It is no use of their key or session: looking on keeps none alive. */
export async function stillIn(
  { store, clock }: Pick<ApiDeps, 'store' | 'clock'>,
  actor: Actor,
  application: ApplicationId,
): Promise<boolean> {
  if (actor.kind === 'key') {
    const key = await store.queries.keys.find(actor.id)
    return key !== undefined && key.revoked_at === null && clock.now() < (key.expires_at ?? Infinity) && mayEnter(actor, application)
  }
  const { members } = store.queries
  const session = await members.session(actor.session)
  const member = session && (await members.find(session.member_id))
  if (!session || !member || member.disabled_at !== null || clock.now() >= session.expires_at) return false
  return mayEnter(memberActor(member, session), application)
}
