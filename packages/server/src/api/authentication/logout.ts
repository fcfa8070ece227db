import type { authenticationOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { revokeFound } from '../key/revoke-key.ts'
import type { Answer, Call } from '../route.ts'

/** Gives the key of the call back. */
export async function logout(deps: ApiDeps, call: Call<typeof authenticationOperations.logout>): Promise<Answer> {
  const { kind, id, applications } = call.actor
  if (kind === 'member') throw new AppError('insufficient_access', { detail: 'A member signs out: DELETE /api/v1/session.' })
  if (applications === null) {
    const detail = `This is a key of the organisation, which does not log out. To revoke it, call DELETE /api/v1/key/${id}.`
    throw new AppError('insufficient_access', { detail })
  }
  await revokeFound(deps, call, async () => {
    const row = await deps.store.queries.keys.find(id)
    if (!row || row.revoked_at !== null) throw new AppError('authentication_failed')
    return row
  })
  return { status: 204 }
}
