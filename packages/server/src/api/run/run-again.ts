import type { runOperations } from '@posthorn/contract'
import { AppError, limits } from '#domain'
import type { ApplicationSnapshot, NewRun, StoredRun } from '#store'
import { alongsideOf } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { findFlow } from '../flow/find-flow.ts'
import type { Answer, Call } from '../route.ts'
import { metaOf } from './job-input.ts'
import { answerStarted, existingRun } from './read-run.ts'
import { linkToRequest, requestOf } from './run-by-hand.ts'
import { startRun, type Started } from './start-run.ts'

type AgainCall = Call<typeof runOperations.again>
type Wanted = Pick<AgainCall['body'], 'version' | 'newKey'>

/** Starts a run once more, from its beginning. */
export async function runAgain(deps: ApiDeps, call: AgainCall): Promise<Answer> {
  const first = await existingRun(deps, call)
  if (call.body.version !== undefined) await requireVersion(deps, first.flow_id, call.body.version)
  return answerStarted(deps, call, await againOf(deps, call, { first, wanted: call.body, once: onceOf(call) }))
}

/** By whom and under which Idempotency-Key it is asked for; null: under none. */
export function onceOf({ actor, idempotencyKey }: Pick<Call, 'actor' | 'idempotencyKey'>): string | null {
  return idempotencyKey === undefined ? null : `${actor.id} ${idempotencyKey}`
}

/** Starts a run once more. `once`: whoever comes again with that finds the run that was started the first time. */
export async function againOf(
  deps: ApiDeps,
  call: Pick<AgainCall, 'application' | 'actor' | 'ip'>,
  { first, wanted, once }: { readonly first: StoredRun; readonly wanted: Wanted; readonly once: string | null },
): Promise<Started> {
  const request = first.request_id === null ? null : await requestOf(deps, call.application, first.request_id)
  const same = { key: first.id, content: 'again', keepMs: limits.idempotencyHours * 3_600_000, olderContent: () => undefined }
  const job = once === null ? null : { flow: `${first.flow_id} again ${once}`, ...same }
  return startRun(deps, call.application, (application) => {
    const run = sameRun(deps, application, { first, wanted })
    const statements = request === null ? [] : linkToRequest(deps, request, [run.id])
    return {
      run,
      job,
      alongside: alongsideOf(deps, call, { action: 'run.started', target: run.id, after: { again: first.id }, statements }),
    }
  })
}

function sameRun(
  { ids, clock }: ApiDeps,
  application: ApplicationSnapshot,
  { first, wanted }: { readonly first: StoredRun; readonly wanted: Wanted },
): NewRun {
  const flow = findFlow(application, first.flow_id)
  if (!flow) throw new AppError('not_found', { detail: 'The flow of this run was deleted.' })
  const version = wanted.version ?? flow.published_version ?? first.version
  const id = ids.make('run')
  const { application_id, flow_id, trigger, request_id, input, tags } = first
  const key = wanted.newKey ? `auto_${id.slice(id.indexOf('_') + 1)}` : first.key
  const meta = metaOf(input)
  return { id, application_id, flow_id, version, trigger, request_id, input, key, tags, meta, created_at: clock.now(), answer_by: null }
}

export async function requireVersion({ store }: ApiDeps, flow: string, version: number): Promise<void> {
  if (!(await store.queries.flows.hasVersion(flow, version)))
    throw new AppError('validation_error', {
      fields: [{ pointer: '/version', code: 'unknown_version', message: `The flow has no version ${version}.` }],
    })
}
