import { derive } from '#coordination/derive'
import { limits, type Reply, type StepDeliveryOutcome } from '#domain'
import type { ApplicationSnapshot, LoadedRun } from '#store'
import { bodyReply, withHeaders } from './default-reply.ts'
import type { FlowSecrets } from '../definition/flow-secrets.ts'
import { flowsOfEvent, startingPatterns } from '../definition/flows-of-event.ts'
import type { RunInputs } from './interpret.ts'
import type { RunState } from './run-state.ts'
import type { RunGiven } from './segment.ts'
import { chainOf, runSource } from '../run/trigger-data.ts'

/** What a run is given when it begins or goes on, by the present configuration. */
export function createRunGiven(
  secretsOf: (snapshot: ApplicationSnapshot) => FlowSecrets,
): (loaded: LoadedRun, snapshot: ApplicationSnapshot) => RunGiven {
  return ({ run, request }, snapshot) => {
    const atEnd = () => chainOf(run) >= limits.runChainMax
    return {
      run: {
        id: run.id,
        flowId: run.flow_id,
        version: run.version,
        key: run.key,
        applicationId: run.application_id,
        createdAt: run.created_at,
      },
      input: run.input,
      request,
      wake: run.wake,
      snapshot,
      secrets: secretsOf(snapshot).open,
      koReply: ownKoReply(snapshot, request),
      chainEnds: (eventType) => flowsOfEvent(snapshot, eventType).length > 0 && atEnd(),
      endings: () => (run.input !== null && atEnd() ? startingPatterns(snapshot) : []),
    }
  }
}

/** What the interpreter sees of it: the request or the input is read here. */
export function readInputs(
  { run, input, request, wake, snapshot, secrets, koReply, chainEnds }: Omit<RunGiven, 'endings'>,
  state: RunState,
  { ids, clock, turn }: Pick<RunInputs, 'ids' | 'clock' | 'turn'>,
): RunInputs {
  return {
    ...runSource({ run: { input } as LoadedRun['run'], request }, snapshot as ApplicationSnapshot),
    run,
    secrets,
    ids,
    clock,
    chainEnds,
    koReply,
    turn,
    resume: state.waiting === null ? undefined : { kind: 'delivered', outcome: outcomeOf(wake) },
  }
}

/** The listener's own words for failed runs, for callers who wait (decisions/every-end-answers). Null: it has none. */
export function ownKoReply(snapshot: ApplicationSnapshot, request: LoadedRun['request']): Reply | null {
  return koRepliesOf(snapshot).get(request?.listener_id ?? '') ?? null
}

/** A delivery that a person ended leaves no outcome of its own. */
function outcomeOf(wake: string | null): StepDeliveryOutcome {
  if (wake !== null) return JSON.parse(wake) as StepDeliveryOutcome
  return { ok: false, code: 'cancelled', message: 'The delivery was cancelled.', status: null, body: null }
}

/** The listeners' own words for failed runs, for callers who wait (decisions/every-end-answers). */
const koRepliesOf = derive((snapshot: ApplicationSnapshot): ReadonlyMap<string, Reply> => {
  const replies = new Map<string, Reply>()
  for (const { id, config } of snapshot.listeners) {
    const { reply } = JSON.parse(config) as { reply?: { error?: { status: number; headers: Reply['headers']; body: unknown } | null } }
    const error = reply?.error
    if (error) replies.set(id, withHeaders(bodyReply(error.status, error.body), error.headers))
  }
  return replies
})
