import { limits, type Ids, type Reply, type StepDeliveryOutcome } from '#domain'
import type { Clock } from '#platform'
import { derive, type ApplicationSnapshot, type LoadedRun } from '#store'
import { bodyReply, withHeaders } from './default-reply.ts'
import type { FlowSecrets } from './flow-secrets.ts'
import { flowsOfEvent } from './flows-of-event.ts'
import type { RunInputs } from './interpret.ts'
import type { RunState } from './run-state.ts'
import { chainOf, runSource } from './trigger-data.ts'

export interface RunInputsDeps {
  readonly secretsOf: (snapshot: ApplicationSnapshot) => FlowSecrets
  readonly ids: Ids
  readonly clock: Clock
}

/** What a run is given when it begins or goes on, by the present configuration. */
export function createRunInputs(deps: RunInputsDeps): (loaded: LoadedRun, state: RunState, snapshot: ApplicationSnapshot) => RunInputs {
  return (loaded, state, snapshot) => {
    const { run, request } = loaded
    return {
      ...runSource(loaded, snapshot),
      chainEnds: (eventType) => flowsOfEvent(snapshot, eventType).length > 0 && chainOf(run) >= limits.runChainMax,
      run: {
        id: run.id,
        flowId: run.flow_id,
        version: run.version,
        key: run.key,
        applicationId: run.application_id,
        createdAt: run.created_at,
      },
      secrets: deps.secretsOf(snapshot).open,
      ids: deps.ids,
      clock: deps.clock,
      koReply: ownKoReply(snapshot, request),
      ...(state.waiting === null ? {} : { resume: { kind: 'delivered' as const, outcome: outcomeOf(run.wake) } }),
    }
  }
}

/** Decisions.md 20: the listener's own words for failed runs, for callers who wait. Null: it has none. */
export function ownKoReply(snapshot: ApplicationSnapshot, request: LoadedRun['request']): Reply | null {
  return koRepliesOf(snapshot).get(request?.listener_id ?? '') ?? null
}

/** A delivery that a person ended leaves no outcome of its own. */
function outcomeOf(wake: string | null): StepDeliveryOutcome {
  if (wake !== null) return JSON.parse(wake) as StepDeliveryOutcome
  return { ok: false, code: 'cancelled', message: 'The delivery was cancelled.', status: null, body: null }
}

/** Decisions.md 20: the listeners' own words for failed runs, for callers who wait. */
const koRepliesOf = derive((snapshot: ApplicationSnapshot): ReadonlyMap<string, Reply> => {
  const replies = new Map<string, Reply>()
  for (const { id, config } of snapshot.listeners) {
    const { reply } = JSON.parse(config) as { reply?: { error?: { status: number; headers: Reply['headers']; body: unknown } | null } }
    const error = reply?.error
    if (error) replies.set(id, withHeaders(bodyReply(error.status, error.body), error.headers))
  }
  return replies
})
