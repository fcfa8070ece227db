import type { MemberId } from '#domain'
import type { StoredMember, StoredMemberSession } from '#store'
import type { MemberActor } from '../caller/actor.ts'
import { applicationsOf, roleOf } from '../member/member-row.ts'

/** What a member may do in this session. */
export function memberActor(member: StoredMember, session: Pick<StoredMemberSession, 'hash' | 'expires_at'>): MemberActor {
  const role = roleOf(member)
  return {
    kind: 'member',
    id: member.id as MemberId,
    session: session.hash,
    applications: applicationsOf(member),
    access: role === 'viewer' ? 'read' : 'write',
    role,
    // Members are people of the organisation, also those who may enter few applications.
    featureFlags: null,
    expiresAt: session.expires_at,
  }
}
