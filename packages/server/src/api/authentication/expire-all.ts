import type { authenticationOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { changeOrganisation } from '../change.ts'
import type { Answer, Call } from '../route.ts'
import { openedName, portalKeyName } from './portal-key-name.ts'

/** Ends keys of a portal with whatever was made of them. Links that nobody opened yet end with their keys. */
export async function expireAll(deps: ApiDeps, call: Call<typeof authenticationOperations.expireAll>): Promise<Answer> {
  const application = await deps.config.application(call.params['app_id']!)
  if (!application) throw new AppError('not_found')
  const { expiry, sessionIds = [] } = call.body
  await changeOrganisation(deps, call, async () => {
    const at = deps.clock.now() + (expiry ?? 0) * 1000
    const names = sessionIds.length === 0 ? null : sessionIds.flatMap((id) => [portalKeyName(id), openedName(portalKeyName(id))])
    return {
      statements: [deps.store.statements.keys.endPortal({ application: application.id, names, at })],
      application: application.id,
      action: 'portal.expired',
      target: application.id,
      after: { sessionIds, expiresAt: new Date(at).toISOString() },
      result: undefined,
    }
  })
  return { status: 204 }
}
