import { setImmediate } from 'node:timers/promises'
import type { ReplayRequestsIn, requestOperations } from '@posthorn/contract'
import { AppError, type FieldFault } from '#domain'
import { findRequestsToRun, flowsToRun, windowsAmong, type RequestSet } from '#flows'
import type { ApplicationSnapshot, RequestHead, RequestReplayFilter } from '#store'
import type { ApiDeps } from '../deps.ts'
import { findFlow } from '../flow/find-flow.ts'
import { findListener } from '../listener/find-listener.ts'
import { beginReplay } from '../replay/begin-replay.ts'
import { replayJson } from '../replay/replay-json.ts'
import type { Answer, Call } from '../route.ts'
import { answeredBy, requestJson } from './request-json.ts'

/** What a preview counts to, and what it looks through. */
const COUNT_MAX = 10_000
const WINDOWS_MAX = 50
const TEXT_WINDOWS_MAX = 10
const SAMPLE_MAX = 10

/** Runs the requests that match again, or says which. */
export async function replayRequests(deps: ApiDeps, call: Call<typeof requestOperations.replayAll>): Promise<Answer> {
  const { application, body } = call
  const filter = await filterOf(deps, application, body)
  const set: RequestSet = { kind: 'requests', filter, until: deps.ids.make('req') }
  const flows = flowsToRun(application, filter)
  if (flows.size === 0) throw new AppError('nothing_to_run')
  if (!body.dryRun) return { status: 202, body: replayJson(await beginReplay(deps, call, { set, rate: body.ratePerSecond })) }
  const { rows, ...counted } = await countRequests(deps, set, [...flows.keys()])
  const answered = await answeredBy(deps, rows)
  const distinct = new Map([...flows.values()].flat().map((flow) => [flow.id, flow]))
  return { status: 200, body: { ...counted, flows: [...distinct.values()], sample: rows.map((row) => requestJson(row, answered)) } }
}

async function filterOf(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { filter, flow, version }: ReplayRequestsIn,
): Promise<RequestReplayFilter> {
  const {
    requestIds = null,
    listenerId,
    eventType = null,
    method = null,
    statusCodeClass = null,
    minDurationMs = null,
    text = null,
  } = filter
  const listener = listenerId === undefined ? undefined : findListener(application, listenerId)
  if (listenerId !== undefined && listener === undefined)
    throw refused('/filter/listenerId', 'unknown_listener', `There is no listener "${listenerId}" in this application.`)
  const [before, after] = [timeOf(filter.before), timeOf(filter.after)]
  if (before !== null && after !== null && after >= before)
    throw refused('/filter/after', 'empty_range', 'It is not before the end of the time in "before".')
  const chosen = flow === undefined ? undefined : findFlow(application, flow)
  if (flow !== undefined && chosen === undefined) throw refused('/flow', 'unknown_flow', `There is no flow "${flow}" in this application.`)
  if (chosen !== undefined && version !== undefined && (await deps.store.queries.flows.version(chosen.id, version)) === undefined)
    throw refused('/version', 'unknown_version', `The flow has no version ${version}.`)
  const what = { flowId: chosen?.id ?? null, version: version ?? null }
  return { requestIds, listenerId: listener?.id ?? null, eventType, method, statusCodeClass, minDurationMs, before, after, text, ...what }
}

function timeOf(moment: string | undefined): number | null {
  return moment === undefined ? null : Date.parse(moment)
}

function refused(pointer: string, code: string, message: string): AppError {
  return new AppError('validation_error', { fields: [{ pointer, code, message } satisfies FieldFault] })
}

/** Counts what would run now. Not exact when the set is larger than it looked. */
async function countRequests(deps: ApiDeps, set: RequestSet, listeners: readonly string[]) {
  const rows: RequestHead[] = []
  let matched = 0
  let beyond = ''
  const windowsMax = windowsAmong(listeners, set.filter.text === null ? WINDOWS_MAX : TEXT_WINDOWS_MAX)
  for (let left = windowsMax; left > 0 && matched < COUNT_MAX; left--) {
    const found = await findRequestsToRun(deps.store, { set, listeners, beyond }, Math.min(2000, COUNT_MAX - matched))
    matched += found.rows.length
    rows.push(...found.rows.slice(0, SAMPLE_MAX - rows.length))
    if (found.end === null) return { matched, exact: true, rows }
    beyond = found.end
    await setImmediate()
  }
  return { matched, exact: false, rows }
}
