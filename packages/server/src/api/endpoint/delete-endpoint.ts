import type { endpointOperations } from '@posthorn/contract'
import { endpointData } from '#domain'
import { laneStates } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { endpointJson } from './endpoint-row.ts'
import { existingEndpoint } from './find-endpoint.ts'

/** Removes an endpoint, and cancels what waits for it. */
export async function deleteEndpoint(deps: ApiDeps, call: Call<typeof endpointOperations.delete>): Promise<Answer> {
  const { statements } = deps.store

  const now = deps.clock.now()
  const lane = await changeApplication(deps, call, (application) => {
    const before = existingEndpoint(application, call.params)
    return {
      statements: [statements.endpoints.update(before.id, { deleted_at: now })],
      lanes: [{ kind: 'state', lane: before.id, state: laneStates.removed, resetFailures: false }],
      action: 'endpoint.deleted',
      target: before.id,
      before: endpointJson(before),
      operational: [{ type: 'endpoint.deleted', data: endpointData(before) }],
      result: before.id,
    }
  })
  deps.failpoint('api.endpoint_removed')
  await cancelWaiting(deps, lane)
  return { status: 204 }
}

const CANCEL_CHUNK = 500
/** A caller does not wait for more than this; the sweep of removed lanes (coordination/retention) ends the rest, also after a crash. */
const CANCEL_CHUNKS_MAX = 10

async function cancelWaiting({ store }: ApiDeps, lane: string): Promise<void> {
  for (let i = 0; i < CANCEL_CHUNKS_MAX; i++) {
    const waiting = await store.queries.lanes.waitingIn(lane, CANCEL_CHUNK)
    if (waiting.length === 0) return
    const cancelled = await store.cancelDeliveries(waiting)
    if (cancelled.length === 0) return
  }
}
