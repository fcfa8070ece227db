import { memberRole, type MemberOut, type MemberRole } from '@posthorn/contract'
import type { ApplicationId } from '#domain'
import type { StoredMember } from '#store'

/** Null: all. */
export function applicationsOf({ applications }: Pick<StoredMember, 'applications'>): readonly ApplicationId[] | null {
  return applications === null ? null : (JSON.parse(applications) as ApplicationId[])
}

/** What this version does not know may look only. */
export function roleOf({ role }: Pick<StoredMember, 'role'>): MemberRole {
  const known = memberRole.safeParse(role)
  return known.success ? known.data : 'viewer'
}

/** A member as it is shown: without its password. */
export function memberJson(row: StoredMember): MemberOut {
  const applications = applicationsOf(row)
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: roleOf(row),
    applicationIds: applications && [...applications],
    state: row.disabled_at !== null ? 'disabled' : isNew(row) ? 'invited' : 'active',
    createdAt: new Date(row.created_at).toISOString(),
    lastSeenAt: timeOf(row.last_seen_at),
    disabledAt: timeOf(row.disabled_at),
  }
}

/** Who signs in with a provider has no password. */
function isNew({ password, last_seen_at }: StoredMember): boolean {
  return password === null && last_seen_at === null
}

function timeOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}
