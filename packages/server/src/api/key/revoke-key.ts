import type { keyOperations } from '@posthorn/contract'
import { AppError, type ApplicationId } from '#domain'
import type { ApiKeyTable } from '#store'
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
export async function revokeFound(deps: ApiDeps, call: Pick<Call, 'actor' | 'ip'>, find: () => Promise<ApiKeyTable>): Promise<void> {
  const { db } = deps.store
  await changeOrganisation(deps, call, async () => {
    const before = await find()
    const after = { ...before, revoked_at: deps.clock.now() }
    const query = db
      .updateTable('api_key')
      .set({ revoked_at: after.revoked_at })
      .where('id', '=', before.id)
      .where('revoked_at', 'is', null)
    return {
      statements: [{ query: query.compile(), rows: 1 }],
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
async function refuseLast({ store, clock }: ApiDeps, revoked: ApiKeyTable): Promise<void> {
  if (revoked.application_id !== null || revoked.access !== 'write') return
  const other = await store.db
    .selectFrom('api_key')
    .select('id')
    .where('id', '!=', revoked.id)
    .where('application_id', 'is', null)
    .where('access', '=', 'write')
    .where('revoked_at', 'is', null)
    .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', clock.now())]))
    .limit(1)
    .executeTakeFirst()
  if (!other) throw new AppError('last_key')
}
