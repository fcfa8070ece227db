import type { viewOperations } from '@posthorn/contract'
import type { StoredView } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { audienceOf, existingView, refuseSharing, viewJson } from './view-row.ts'

export async function patchView(deps: ApiDeps, call: Call<typeof viewOperations.patch>): Promise<Answer> {
  const { name, search, shared } = call.body
  const row = await changeOrganisation(deps, call, async () => {
    const before = await existingView(deps, call)
    const after: StoredView = {
      ...before,
      ...(name !== undefined && { name }),
      ...(search !== undefined && { search: JSON.stringify(search) }),
      ...(shared !== undefined && { audience: audienceOf(shared, before.created_by) }),
      updated_at: deps.clock.now(),
    }
    refuseSharing(call.actor, before.audience, after.audience)
    const { id, ...fields } = after
    const statements = [deps.store.statements.views.update(id, fields)]
    return {
      statements,
      action: 'view.changed',
      target: id,
      before: viewJson(before),
      after: viewJson(after),
      application: call.application.id,
      result: after,
    }
  })
  return { status: 200, body: viewJson(row) }
}
