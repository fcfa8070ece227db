import type { runOperations } from '@posthorn/contract'
import { AppError, type RunId } from '#domain'
import { cancelInPieces } from '../call/cancel-in-pieces.ts'
import { alongsideOf, carriedOutBy } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { flowsMeant } from './flows-meant.ts'
import { existingRun } from './read-run.ts'
import { runDetailText } from './run-row.ts'

export async function cancelRun(deps: ApiDeps, call: Call<typeof runOperations.cancel>): Promise<Answer> {
  const { id } = await existingRun(deps, call)
  const row = alongsideOf(deps, call, { action: 'run.cancelled', target: id, statements: carriedOutBy(call) })
  const [cancelled] = await deps.store.cancelRuns([id as RunId], row)
  if (cancelled === undefined) throw new AppError('run_finished')
  return { status: 200, json: await runDetailText(deps, call.application, await existingRun(deps, call)) }
}

/** Of one commit: each ends its deliveries too. */
const CANCEL_CHUNK = 100

/** Cancels those that have not ended. The audit log has which they were. */
export async function cancelRuns(deps: ApiDeps, call: Call<typeof runOperations.cancelMany>): Promise<Answer> {
  const { application } = call
  const named = new Set(call.body.runIds)
  const flows = new Set(await flowsMeant(deps, application))
  const own = (await deps.store.logs.runs.heads([...named])).filter(({ flow_id }) => flows.has(flow_id))
  const ids = own.filter(({ finished_at }) => finished_at === null).map(({ id }) => id as RunId)
  const cancelled = await cancelInPieces(deps, call, {
    ...{ ids, most: CANCEL_CHUNK, action: 'run.cancelled_many', after: { runIds: ids } },
    cancel: (piece, row) => deps.store.cancelRuns(piece, row),
  })
  return { status: 200, body: { cancelled, skipped: named.size - cancelled } }
}
