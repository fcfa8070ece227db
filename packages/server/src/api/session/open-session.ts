import type { Statement, StoredMember } from '#store'
import type { MemberActor } from '../caller/actor.ts'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'
import { memberActor } from './session-actor.ts'
import { makeSessionToken, sessionDigest, sessionEnd, setCookie } from './session-cookie.ts'

/** More would be kept of no browser that there is. */
const USER_AGENT_MAX = 256

export interface NewSession {
  readonly statements: readonly Statement[]
  readonly actor: MemberActor
  readonly headers: Readonly<Record<string, string>>
}

/**
 * A session that begins with these statements. Its token is always a new one, whatever cookie came along: who planted that would
 * otherwise be signed in too.
 */
export function newSession(
  { store, random, clock, settings }: Pick<ApiDeps, 'store' | 'random' | 'clock' | 'settings'>,
  { ip, userAgent }: Pick<Call, 'ip' | 'userAgent'>,
  member: StoredMember,
): NewSession {
  const token = makeSessionToken(random)
  const now = clock.now()
  const row = {
    ...{ hash: sessionDigest(token), member_id: member.id, created_at: now, last_used_at: now, expires_at: sessionEnd(now, now), ip },
    user_agent: userAgent?.slice(0, USER_AGENT_MAX) ?? null,
  }
  const { members } = store.statements
  return {
    statements: [members.insertSession(row), members.seen(member.id, now)],
    actor: memberActor(member, row),
    headers: { 'set-cookie': setCookie(token, settings.apiUrl), 'cache-control': 'no-store' },
  }
}
