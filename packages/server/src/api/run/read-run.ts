import type { runOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApplicationSnapshot, StoredRun } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { runDetailText, stepsText } from './run-row.ts'
import type { Started } from './start-run.ts'
import { waitForEnd } from './wait-for-end.ts'

type RunCall = Call<typeof runOperations.get>

export async function getRun(deps: ApiDeps, call: RunCall): Promise<Answer> {
  return { status: 200, json: await runDetailText(deps, call.application, await existingRun(deps, call)) }
}

export async function getSteps(deps: ApiDeps, call: Call<typeof runOperations.steps>): Promise<Answer> {
  return { status: 200, json: `{"data":${await stepsText(deps, await existingRun(deps, call))}}` }
}

/** The run that the path names. */
export async function existingRun(
  { store }: ApiDeps,
  { params, application }: Pick<RunCall, 'params' | 'application'>,
): Promise<StoredRun> {
  const row = await store.logs.runs.find(application.id, params['run_id']!)
  if (!row) throw new AppError('not_found')
  return row
}

/** A first answer is 202, the job again is 200; either is the whole run as it stands after the wait. */
export async function answerStarted(
  deps: ApiDeps,
  { application, query }: { readonly application: ApplicationSnapshot; readonly query: { readonly wait: number } },
  { run, fresh }: Started,
): Promise<Answer> {
  await waitForEnd(deps, run, query.wait * 1000)
  const row = await existingRun(deps, { params: { run_id: run }, application })
  return { status: fresh && row.finished_at === null ? 202 : 200, json: await runDetailText(deps, application, row) }
}
