import type { requestOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { eventsOfRequest } from '#flows'
import { splitting } from '#ingest'
import type { ApplicationSnapshot, FlowSnapshot, NewRun, StoredRequest } from '#store'
import { alongsideOf } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { flowsOfListener } from '../flow/flows-of-listener.ts'
import type { Answer, Call } from '../route.ts'
import { requireVersion } from '../run/run-again.ts'
import { linkToRequest, requestOf } from '../run/run-by-hand.ts'
import { runJson } from '../run/run-row.ts'
import { onceUnder, startRuns } from '../run/start-run.ts'
import { existingRequest } from './read-request.ts'

/** Runs a request once more, by the flows that would take it now. */
export async function replayRequest(deps: ApiDeps, call: Call<typeof requestOperations.replay>): Promise<Answer> {
  const row = await existingRequest(deps, call)
  const request = await requestOf(deps, call.application, row.id)
  const inputs = await eventsOfRequest({ store: deps.store, splitting }, call.application, row)
  const { flow: named, version } = call.body
  if (version !== undefined)
    for (const { flow } of flowsToRun(call.application, request.listener_id, named)) await requireVersion(deps, flow.id, version)
  // Asked of the present configuration, so that no run begins with a flow that was just switched off.
  const runs = await startRuns(deps, call.application, {
    once: onceUnder(call, `again ${row.id}`),
    plan: (application) =>
      flowsToRun(application, request.listener_id, named).flatMap(({ flow }) =>
        inputs.map((input) => newRun(deps, row, { flow, version, input })),
      ),
    alongside: (made) =>
      alongsideOf(deps, call, {
        ...{ action: 'request.replayed', target: row.id, after: { runs: made } },
        statements: linkToRequest(deps, request, made),
      }),
  })
  const rows = await deps.store.logs.runs.heads(runs)
  return { status: 202, body: { runs: rows.map((run) => runJson(call.application, run)) } }
}

function newRun(
  { ids, clock }: ApiDeps,
  { id: request, application_id }: StoredRequest,
  { flow, version, input }: { readonly flow: FlowSnapshot; readonly version: number | undefined; readonly input: string | null },
): NewRun {
  const from = { application_id: application_id!, flow_id: flow.id, version: version ?? flow.published!.version, request_id: request }
  return {
    id: ids.make('run'),
    ...from,
    trigger: 'webhook',
    key: request,
    created_at: clock.now(),
    input,
    meta: '{}',
    answer_by: null,
  }
}

/** The flows that would take the request if it came now: all of them, or the one that is named. */
function flowsToRun(application: ApplicationSnapshot, listenerId: string | null, named: string | undefined) {
  const listener = application.listeners.find(({ id }) => id === listenerId)
  const flows = listener ? flowsOfListener(application, listener).filter(({ flow }) => flow.enabled === 1) : []
  if (named === undefined) {
    if (flows.length === 0) throw new AppError('nothing_to_run')
    return flows
  }
  const found = flows.filter(({ flow }) => flow.id === named || flow.uid === named)
  if (found.length > 0) return found
  const message = `The flow "${named}" does not take the requests of this listener, or is not published and enabled.`
  throw new AppError('validation_error', { fields: [{ pointer: '/flow', code: 'unknown_flow', message }] })
}
