import type { ApplicationId } from '#domain'
import type { ApiKeyTable } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'
import { keyJson } from './key-row.ts'

/** Revokes the key that `find` finds, which also refuses those that may not go. On this process it is refused from now on, on others within a second. */
export async function revokeKey(deps: ApiDeps, call: Pick<Call, 'actor' | 'ip'>, find: () => Promise<ApiKeyTable>): Promise<void> {
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
