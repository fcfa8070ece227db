import type { runOperations } from '@posthorn/contract'
import { AppError, type RunId } from '#domain'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
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
