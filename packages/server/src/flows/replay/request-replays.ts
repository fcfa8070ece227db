import { ReplayWork, type Committer, type ConfigCache } from '#coordination'
import type { ApplicationId, FlowId, Ids, ReplayId, RunId } from '#domain'
import type { Clock, Failpoint, Log } from '#platform'
import { madeFrom, type ApplicationSnapshot, type NewRun, type ReplayStep, type RequestHead, type RequestReplayFilter } from '#store'
import type { StoredReplay, Store } from '#store'
import { findRequestsToRun, windowsAmong } from './find-requests.ts'

export interface RequestReplaysOptions {
  readonly store: Pick<Store, 'queries' | 'logs' | 'statements' | 'mutate' | 'advanceReplay'>
  readonly committer: Pick<Committer, 'accept'>
  readonly config: Pick<ConfigCache, 'application'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly failpoint: Failpoint
}

const CHUNK_MAX = 200
/** Of the log, in one step that finds less than a chunk. */
const WINDOWS_MAX = 5
/** Longer than a replay lasts: what one has started is not started again by a step that is made anew. */
const KEEP_MS = 90 * 86_400_000

/**
 * Replays of requests: runs of what a listener accepted, by its flows of now or by a version that was chosen. A step starts its runs, each
 * under a key of the replay's own, and then remembers its place; so a step that a killed process left half-way is made anew, and starts
 * only what is missing.
 */
export class RequestReplays extends ReplayWork {
  constructor(options: RequestReplaysOptions) {
    super({ ...options, kinds: ['requests'], nextStep: (replay) => nextStep(replay, options) })
  }
}

async function nextStep(replay: StoredReplay, options: RequestReplaysOptions): Promise<ReplayStep> {
  const { store, config } = options
  const filter = JSON.parse(replay.filter) as RequestReplayFilter
  const at = { replay: replay.id as ReplayId, rev: replay.rev, place: replay.place }
  const step = { ...at, resend: [], create: [], started: 0, skipped: 0, waitMs: 0 }
  const application = await config.application(replay.application_id)
  if (application === undefined) return { ...step, end: { status: 'failed', failure: 'application_deleted' } }
  if (filter.listenerId !== null && !application.listeners.some(({ id }) => id === filter.listenerId))
    return { ...step, end: { status: 'failed', failure: 'listener_deleted' } }
  if (filter.flowId !== null && !application.flows.some(({ id }) => id === filter.flowId))
    return { ...step, end: { status: 'failed', failure: 'flow_deleted' } }
  const chunk = Math.min(CHUNK_MAX, replay.rate)
  const found: RequestHead[] = []
  let place: string | null = replay.place
  const flows = flowsToRun(application, filter)
  const listeners = filter.listenerId === null ? [...flows.keys()] : [filter.listenerId]
  const windowsMax = windowsAmong(listeners, WINDOWS_MAX)
  for (let i = 0; i < windowsMax && place !== null && found.length < chunk; i++) {
    const set = { kind: 'requests', filter, until: replay.until } as const
    const window = await findRequestsToRun(store, { set, listeners, beyond: place }, chunk - found.length)
    found.push(...window.rows)
    place = window.end
  }
  const started = await startAll(options, { replay, application, flows }, found)
  return {
    ...step,
    place: place ?? replay.until,
    started,
    skipped: found.length - started,
    waitMs: Math.ceil((started * 1000) / replay.rate),
    end: place === null ? { status: 'done' } : null,
  }
}

interface FlowToRun {
  readonly id: FlowId
  readonly version: number
}

/**
 * What runs again, by listener: the flow that was chosen, or all that would take its requests if they came now. Listeners that nobody takes
 * from are not in it.
 */
export function flowsToRun(application: ApplicationSnapshot, filter: RequestReplayFilter): ReadonlyMap<string, readonly FlowToRun[]> {
  const { listenerId, flowId, version } = filter
  const meant = application.listeners.filter(({ id }) => listenerId === null || id === listenerId)
  const listeners = new Map(meant.flatMap(({ id, uid }) => [id, ...(uid === null ? [] : [uid])].map((name) => [name, id] as const)))
  const found = new Map<string, FlowToRun[]>()
  const add = (listener: string, flow: FlowToRun) => void found.set(listener, [...(found.get(listener) ?? []), flow])
  for (const { id, enabled, published } of application.flows) {
    if (enabled !== 1 || (flowId !== null && id !== flowId)) continue
    // A version that somebody chose runs with the requests of any one listener.
    if (version !== null) for (const listener of meant) add(listener.id, { id: id as FlowId, version })
    if (version !== null || published === null) continue
    const { trigger } = JSON.parse(published.definition) as { trigger: { kind: string; listener?: string } }
    const listener = trigger.kind === 'webhook' ? listeners.get(trigger.listener ?? '') : undefined
    if (listener !== undefined) add(listener, { id: id as FlowId, version: published.version })
  }
  return found
}

interface Starting {
  readonly replay: StoredReplay
  readonly application: ApplicationSnapshot
  readonly flows: ReturnType<typeof flowsToRun>
}

/** How many requests run again. One that an earlier try of this step has started counts. */
async function startAll(options: RequestReplaysOptions, starting: Starting, requests: readonly RequestHead[]): Promise<number> {
  const { store, committer } = options
  const taken = requests.flatMap((request) => {
    const flows = starting.flows.get(request.listener_id ?? '')
    return flows === undefined ? [] : { request, flows }
  })
  const results = await Promise.all(
    taken.map(async ({ request, flows }) => {
      const runs = runsOf(options, { application: starting.application, flows }, request)
      const once = { scope: `replay ${starting.replay.id}`, key: request.id, ref: runs[0]!.id, keepMs: KEEP_MS }
      const operation = { application: madeFrom(starting.application, 'inbound'), dedups: [once], request: null, runs, messages: [] }
      return { request, runs: runs.map(({ id }) => id), result: await committer.accept(operation) }
    }),
  )
  // Made anew from the newer configuration, in the next round.
  if (results.some(({ result }) => result.kind === 'stale')) throw new Error('the configuration changed meanwhile')
  const fresh = results.filter(({ result }) => result.kind === 'accepted')
  const link = ({ request, runs }: { request: RequestHead; runs: readonly RunId[] }) =>
    store.statements.logs.linkRuns(request, [...(JSON.parse(request.run_ids) as string[]), ...runs])
  if (fresh.length > 0) await store.mutate({ statements: fresh.map(link), application: null, audit: [] })
  return results.filter(({ result }) => result.kind !== 'refused').length
}

function runsOf(
  { ids, clock }: RequestReplaysOptions,
  { application, flows }: { readonly application: ApplicationSnapshot; readonly flows: readonly FlowToRun[] },
  request: RequestHead,
): NewRun[] {
  return flows.map(({ id: flow_id, version }) => ({
    ...{
      id: ids.make('run'),
      application_id: application.id as ApplicationId,
      flow_id,
      version,
      trigger: 'webhook',
      request_id: request.id,
    },
    ...{ key: request.id, created_at: clock.now(), input: null, meta: '{}', answer_by: null },
  }))
}
