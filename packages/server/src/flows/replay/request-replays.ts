import { emptyStep, ReplayWork, type Committer, type ConfigCache } from '#coordination'
import type { ApplicationId, FlowId, Ids } from '#domain'
import type { Clock, Failpoint, Log } from '#platform'
import { madeFrom, type ApplicationSnapshot, type NewRun, type ReplayStep, type RequestHead, type RequestReplayFilter } from '#store'
import type { StoredReplay, Store } from '#store'
import { eventsOfRequest, type EventsDeps } from './events-of-request.ts'
import { findRequestsToRun, windowsAmong } from './find-requests.ts'

export interface RequestReplaysOptions {
  readonly store: Pick<Store, 'queries' | 'logs' | 'statements' | 'mutate' | 'advanceReplay'>
  readonly committer: Pick<Committer, 'accept'>
  readonly config: Pick<ConfigCache, 'application'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly failpoint: Failpoint
  readonly splitting: EventsDeps['splitting']
}

/** Of requests, and of events where they brought many. */
const CHUNK_MAX = 200
/** Of the events in memory for a step; one request more. */
const EVENT_BYTES_MAX = 4 * 1024 * 1024
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

async function nextStep(replay: StoredReplay, options: RequestReplaysOptions): Promise<ReplayStep | undefined> {
  const { store, config } = options
  const filter = JSON.parse(replay.filter) as RequestReplayFilter
  const step = emptyStep(replay)
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
  const taken = await toStart(options, { application, requests: found, most: chunk })
  const begun = await startAll(options, { replay, application, flows }, taken)
  if (begun === undefined) return undefined
  const { requests, events } = begun
  const isRest = taken.length < found.length
  return {
    ...step,
    place: isRest ? taken.at(-1)!.request.id : (place ?? replay.until),
    started: requests,
    skipped: taken.length - requests,
    waitMs: Math.ceil((events * 1000) / replay.rate),
    end: place === null && !isRest ? { status: 'done' } : null,
  }
}

/** A request, and what its runs work on. */
interface ToStart {
  readonly request: RequestHead
  readonly events: readonly (string | null)[]
}

/**
 * The first of the requests with their events, up to so many; at least one request. Most brought one event, as the size of what their first run
 * works on tells, and bring one now; of the others they are read one after another, because those of each may be as large as the largest body.
 */
async function toStart(
  options: RequestReplaysOptions,
  {
    application,
    requests,
    most,
  }: { readonly application: ApplicationSnapshot; readonly requests: readonly RequestHead[]; readonly most: number },
): Promise<ToStart[]> {
  const { store, splitting } = options
  const firstRuns = requests.map(({ run_ids }) => (JSON.parse(run_ids) as string[])[0] ?? '')
  const sized = await store.logs.runs.inputSizes(firstRuns.filter((run) => run !== ''))
  const onParts = new Set(sized.flatMap(({ id, bytes }) => (bytes > 0 ? id : [])))
  const mayBeMany = ({ listener_id }: RequestHead, firstRun: string) => onParts.has(firstRun) || splitting.isSplit(application, listener_id)
  const taken: ToStart[] = []
  let bytes = 0
  for (let left = most; left > 0 && bytes < EVENT_BYTES_MAX && taken.length < requests.length;) {
    const request = requests[taken.length]!
    const events = mayBeMany(request, firstRuns[taken.length]!) ? await eventsOfRequest(options, application, request) : WHOLE
    taken.push({ request, events })
    left -= events.length
    bytes += events.reduce((sum, event) => sum + (event?.length ?? 0), 0)
  }
  return taken
}

const WHOLE = [null]

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

/** How many requests run again, and with how many events; undefined if the configuration changed meanwhile. One that an earlier try of this step has started counts. */
async function startAll(
  options: RequestReplaysOptions,
  starting: Starting,
  requests: readonly ToStart[],
): Promise<{ readonly requests: number; readonly events: number } | undefined> {
  const { store, committer } = options
  const taken = requests.flatMap((one) => {
    const flows = starting.flows.get(one.request.listener_id ?? '')
    return flows === undefined || one.events.length === 0 ? [] : { ...one, flows }
  })
  const results = await Promise.all(
    taken.map(async ({ request, events, flows }) => {
      const runs = runsOf(options, { application: starting.application, flows }, { request, events })
      const once = { scope: `replay ${starting.replay.id}`, key: request.id, ref: runs.map(({ id }) => id).join(' '), keepMs: KEEP_MS }
      const operation = { application: madeFrom(starting.application, 'inbound'), dedups: [once], request: null, runs, messages: [] }
      const result = await committer.accept(operation)
      const ofTry = result.kind === 'duplicate' ? result.ref : once.ref
      return { request, events: events.length, runs: ofTry.split(' '), result }
    }),
  )
  const started = results.filter(({ result }) => result.kind === 'accepted' || result.kind === 'duplicate')
  // Those of an earlier try too: it may have ended in between.
  const link = ({ request, runs }: { request: RequestHead; runs: readonly string[] }) => store.statements.logs.linkRuns(request.id, runs)
  if (started.length > 0) await store.mutate({ statements: started.flatMap(link), application: null, audit: [] })
  // Made anew from the newer configuration, in the next round.
  if (results.some(({ result }) => result.kind === 'stale')) return undefined
  return { requests: started.length, events: started.reduce((sum, { events }) => sum + events, 0) }
}

function runsOf(
  { ids, clock }: RequestReplaysOptions,
  { application, flows }: { readonly application: ApplicationSnapshot; readonly flows: readonly FlowToRun[] },
  { request, events }: ToStart,
): NewRun[] {
  return flows.flatMap(({ id: flow_id, version }) =>
    events.map((input) => ({
      ...{
        id: ids.make('run'),
        application_id: application.id as ApplicationId,
        flow_id,
        version,
        trigger: 'webhook',
        request_id: request.id,
      },
      ...{ key: request.id, created_at: clock.now(), input, meta: '{}', answer_by: null },
    })),
  )
}
