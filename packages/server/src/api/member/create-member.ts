import type { memberOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredMember } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { linkUrl, newMemberLink } from '../session/link.ts'
import { memberJson } from './member-row.ts'
import { namedApplications } from './named-applications.ts'

/** Invites somebody. The link is in the answer and nowhere else; who invites hands it over. */
export async function createMember(deps: ApiDeps, call: Call<typeof memberOperations.create>): Promise<Answer> {
  const { email, name = '', role, applications } = call.body
  const now = deps.clock.now()
  const row: StoredMember = {
    ...{ id: deps.ids.make('mem'), email, name, role, password: null, created_at: now, last_seen_at: null, disabled_at: null },
    applications: await namedApplications(deps, { names: applications, role }),
  }
  const link = newMemberLink({ random: deps.random, now }, { kind: 'invite', member: row.id })
  const { members } = deps.store.statements
  await changeOrganisation(deps, call, async () => {
    if ((await deps.store.queries.members.withEmail(email)) !== undefined) {
      const message = 'There is a member with this address already.'
      throw new AppError('validation_error', { fields: [{ pointer: '/email', code: 'email_taken', message }] })
    }
    return {
      statements: [members.insert(row), members.insertLink(link.row)],
      action: 'member.invited',
      target: row.id,
      after: memberJson(row),
      result: undefined,
    }
  })
  return { status: 201, body: { ...memberJson(row), ...linkJson(deps, link) } }
}

/** A link as it is answered. */
export function linkJson({ settings }: Pick<ApiDeps, 'settings'>, { row, token }: ReturnType<typeof newMemberLink>) {
  return { link: linkUrl(settings.apiUrl, token), linkExpiresAt: new Date(row.expires_at).toISOString() }
}
