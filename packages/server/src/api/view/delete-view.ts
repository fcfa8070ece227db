import type { viewOperations } from '@posthorn/contract'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { existingView, refuseSharing, viewJson } from './view-row.ts'

export async function deleteView(deps: ApiDeps, call: Call<typeof viewOperations.delete>): Promise<Answer> {
  await changeOrganisation(deps, call, async () => {
    const before = await existingView(deps, call)
    refuseSharing(call.actor, before.audience)
    const statements = [deps.store.statements.views.remove(before.id)]
    return {
      statements,
      action: 'view.deleted',
      target: before.id,
      before: viewJson(before),
      application: call.application.id,
      result: undefined,
    }
  })
  return { status: 204 }
}
