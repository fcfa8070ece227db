import type { memberOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { Statement, StoredMember } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { newMemberLink } from '../session/link.ts'
import { linkJson } from './create-member.ts'
import { memberJson, roleOf } from './member-row.ts'
import { namedApplications } from './named-applications.ts'
import { existingMember } from './read-members.ts'

/** Changes what a member may do. Its sessions end, unless only its name changes: a browser that is open has the old rights on its pages. */
export async function patchMember(deps: ApiDeps, call: Call<typeof memberOperations.patch>): Promise<Answer> {
  const { members } = deps.store.statements
  const row = await changeOrganisation(deps, call, async () => {
    const before = await existingMember(deps, call.params)
    const after = await changed(deps, before, call.body)
    const rights = ['role', 'applications', 'disabled_at'] as const
    const isOther = rights.some((name) => before[name] !== after[name])
    const { name, role, applications, disabled_at } = after
    return {
      statements: [
        ...(canOwn(after) ? [] : await keepingAnOwner(deps, before)),
        members.update(before.id, { name, role, applications, disabled_at }),
        ...(isOther ? [members.endSessions(before.id)] : []),
        ...(after.disabled_at === null ? [] : [members.endLinks(before.id)]),
      ],
      action: 'member.updated',
      target: before.id,
      before: memberJson(before),
      after: memberJson(after),
      result: after,
    }
  })
  return { status: 200, body: memberJson(row) }
}

async function changed(deps: ApiDeps, before: StoredMember, change: Call<typeof memberOperations.patch>['body']): Promise<StoredMember> {
  const role = change.role ?? roleOf(before)
  // Who becomes an owner has all applications from then on; who names some as well means something else.
  const kept = role === 'owner' ? null : before.applications
  const applications = change.applications === undefined ? kept : await namedApplications(deps, { names: change.applications, role })
  const disabled_at = change.disabled === undefined ? before.disabled_at : change.disabled ? (before.disabled_at ?? deps.clock.now()) : null
  return { ...before, name: change.name ?? before.name, role, applications, disabled_at }
}

export async function deleteMember(deps: ApiDeps, call: Call<typeof memberOperations.delete>): Promise<Answer> {
  const { members } = deps.store.statements
  await changeOrganisation(deps, call, async () => {
    const before = await existingMember(deps, call.params)
    return {
      statements: [
        ...(await keepingAnOwner(deps, before)),
        ...[members.remove(before.id), members.endSessions(before.id), members.endLinks(before.id)],
      ],
      action: 'member.deleted',
      target: before.id,
      before: memberJson(before),
      result: undefined,
    }
  })
  return { status: 204 }
}

/** Makes a link with which a member sets a new password. Its sessions go on until it does; links that were made before open nothing. */
export async function resetMember(deps: ApiDeps, call: Call<typeof memberOperations.reset>): Promise<Answer> {
  const { members } = deps.store.statements
  const link = await changeOrganisation(deps, call, async () => {
    const member = await existingMember(deps, call.params)
    if (member.disabled_at !== null) throw new AppError('conflict', { detail: 'The member is disabled. Enable it first.' })
    const made = newMemberLink(
      { random: deps.random, now: deps.clock.now() },
      { kind: member.password === null ? 'invite' : 'reset', member: member.id },
    )
    return {
      statements: [members.endLinks(member.id), members.insertLink(made.row)],
      action: 'member.link_made',
      target: member.id,
      after: { kind: made.row.kind },
      result: made,
    }
  })
  return { status: 201, body: linkJson(deps, link) }
}

/** Whether this member is one of those who keep the organisation in hand. */
function canOwn({ role, password, disabled_at }: StoredMember): boolean {
  return role === 'owner' && password !== null && disabled_at === null
}

/** What must come before a change after which this member is no owner who can sign in any more. */
async function keepingAnOwner({ store }: ApiDeps, before: StoredMember): Promise<readonly Statement[]> {
  if (!canOwn(before)) return []
  if (!(await store.queries.members.anyOtherOwner(before.id))) throw new AppError('last_owner')
  return [store.statements.members.holdOwners(), store.statements.members.keepAnOwner(before.id)]
}
