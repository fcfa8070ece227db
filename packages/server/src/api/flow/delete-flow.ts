import type { flowOperations } from '@posthorn/contract'

import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { existingFlow } from './find-flow.ts'
import { refuseOutdated } from './current-draft.ts'
import { flowJson } from './flow-row.ts'

/** Removes a flow, and if it is asked for ends what it still runs. */
export async function deleteFlow(deps: ApiDeps, call: Call<typeof flowOperations.delete>): Promise<Answer> {
  const { flows } = deps.store.statements
  const { id } = await existingFlow(deps, call.application, call.params)
  await changeApplication(deps, call, async (application) => {
    const before = await existingFlow(deps, application, call.params)
    await refuseOutdated(deps, call, before)

    return {
      statements: [flows.update(before.id, { deleted_at: deps.clock.now() }), flows.dropSchedule(before.id)],
      action: 'flow.deleted',
      target: before.id,
      before: flowJson(before),
      result: undefined,
    }
  })
  if (call.query.cancel) await cancelAll(deps, id)
  return { status: 204 }
}

const CANCEL_CHUNK = 500

/** Ends what a deleted flow still runs. No new run begins, so it comes to an end. */
async function cancelAll({ store }: ApiDeps, flow: string): Promise<void> {
  for (;;) {
    const runs = await store.logs.runs.unfinished(flow, CANCEL_CHUNK)
    if (runs.length === 0) return
    if ((await store.cancelRuns(runs)).length === 0) return
  }
}
