import type { runOperations } from '@posthorn/contract'
import { AppError, type RunId } from '#domain'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { flowsMeant } from './flows-meant.ts'
import { existingRun } from './read-run.ts'
import { auditRuns } from './run-by-hand.ts'
import { runDetailText } from './run-row.ts'

export async function cancelRun(deps: ApiDeps, call: Call<typeof runOperations.cancel>): Promise<Answer> {
  const { id } = await existingRun(deps, call)
  const [cancelled] = await deps.store.cancelRuns([id as RunId])
  if (cancelled === undefined) throw new AppError('run_finished')
  await auditRuns(deps)(call, { action: 'run.cancelled', target: id })
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
  const cancelled: RunId[] = []
  for (let at = 0; at < own.length; at += CANCEL_CHUNK)
    cancelled.push(...(await deps.store.cancelRuns(own.slice(at, at + CANCEL_CHUNK).map(({ id }) => id as RunId))))
  if (cancelled.length > 0)
    await auditRuns(deps)(call, { action: 'run.cancelled_many', target: application.id, after: { runIds: cancelled } })
  return { status: 200, body: { cancelled: cancelled.length, skipped: named.size - cancelled.length } }
}
