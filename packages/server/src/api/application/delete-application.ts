import type { applicationOperations } from '@posthorn/contract'
import { laneStates } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { applicationJson } from './application-row.ts'
import { existingApplication } from './read-applications.ts'
import { refuseReserved } from './reserved-application.ts'

/** Removes an application; its lanes stop at once. */
export async function deleteApplication(deps: ApiDeps, call: Call<typeof applicationOperations.delete>): Promise<Answer> {
  const snapshot = await existingApplication(deps, call.params)
  refuseReserved(snapshot)
  const { queries, statements } = deps.store

  const lanes = await queries.lanes.ofApplication(snapshot.id)
  await changeApplication(deps, { ...call, application: snapshot }, ({ row }) => {
    return {
      statements: [
        statements.applications.update(row.id, { deleted_at: deps.clock.now() }),
        statements.flows.dropSchedules(row.id),
        statements.silo.expireAll(row.id, deps.clock.now()),
      ],
      lanes: lanes.map((lane) => ({ kind: 'state' as const, lane, state: laneStates.removed, resetFailures: false })),
      action: 'application.deleted',
      target: row.id,
      before: applicationJson(row),
      result: undefined,
    }
  })
  return { status: 204 }
}
