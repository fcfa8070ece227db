import type { MeOut } from '@posthorn/contract'
import type { Actor } from '../caller/actor.ts'
import type { ApiDeps } from '../deps.ts'

/** Who calls, and what they may do, as the pages ask it. */
export async function meJson(deps: Pick<ApiDeps, 'store' | 'config' | 'settings'>, actor: Actor): Promise<MeOut> {
  const { id, kind, role, access, expiresAt } = actor
  return {
    ...{ kind, id, role, ...(await namesOf(deps, actor)) },
    may: { change: access === 'write', manage: role === 'owner' },
    applications: await applicationsOf(deps, actor),
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    publicUrl: deps.settings.publicUrl.replace(/\/+$/, ''),
  }
}

async function namesOf({ store }: Pick<ApiDeps, 'store'>, { kind, id }: Actor): Promise<{ name: string; email: string | null }> {
  if (kind === 'key') return { name: (await store.queries.keys.find(id))?.name ?? '', email: null }
  const member = await store.queries.members.find(id)
  return { name: member?.name ?? '', email: member?.email ?? null }
}

async function applicationsOf({ config }: Pick<ApiDeps, 'config'>, { applications }: Actor): Promise<MeOut['applications']> {
  if (applications === null) return null
  const found = await Promise.all(applications.map((id) => config.application(id)))
  // Those that are gone meanwhile are nobody's.
  return found.filter((one) => one !== undefined).map(({ row: { id, uid, name } }) => ({ id, uid, name }))
}
