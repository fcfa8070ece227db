import type { keyOperations } from '@posthorn/contract'
import { AppError, type ApplicationId } from '#domain'
import type { StoredApiKey } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { keyJson } from './key-row.ts'
import { existingKey } from './read-keys.ts'

export async function revokeKey(deps: ApiDeps, call: Call<typeof keyOperations.revoke>): Promise<Answer> {
  await revokeFound(deps, call, async () => {
    const before = await existingKey(deps, call.params)
    if (before.revoked_at !== null) throw new AppError('not_found')
    await refuseLast(deps, before)
    return before
  })
  return { status: 204 }
}

/** Revokes the key that `find` finds, which also refuses those that may not go. On this process it is refused from now on, on others within a second. */
export async function revokeFound(deps: ApiDeps, call: Pick<Call, 'actor' | 'ip'>, find: () => Promise<StoredApiKey>): Promise<void> {
  await changeOrganisation(deps, call, async () => {
    const before = await find()
    const after = { ...before, revoked_at: deps.clock.now() }
    return {
      statements: [
        deps.store.statements.keys.revoke(before.id, after.revoked_at),
        deps.store.statements.keys.revokeChildren(before.id, after.revoked_at),
      ],
      ...(before.application_id !== null && { application: before.application_id as ApplicationId }),
      action: 'key.revoked',
      target: before.id,
      before: keyJson(before),
      after: keyJson(after),
      result: undefined,
    }
  })
}

/** Without it nobody could make another key. */
async function refuseLast({ store, clock }: ApiDeps, revoked: StoredApiKey): Promise<void> {
  if (revoked.application_id !== null || revoked.access !== 'write') return
  if (!(await store.queries.keys.anyOtherOfAll(revoked.id, clock.now()))) throw new AppError('last_key')
}
