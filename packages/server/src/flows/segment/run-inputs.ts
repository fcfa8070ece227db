import { derive } from '#coordination/derive'
import { limits, parseExactJson, type DeliveryId, type Ids, type Reply, type StepDeliveryOutcome } from '#domain'
import type { TransformAnswer } from '#platform'
import type { ApplicationSnapshot, LoadedRun, StoredRequest } from '#store'
import { loopBeside } from './loops.ts'
import { bodyReply, withHeaders } from './default-reply.ts'
import type { FlowSecrets } from '../definition/flow-secrets.ts'
import { flowsOfEvent, startingPatterns } from '../definition/flows-of-event.ts'
import type { TriggerData } from '../mapping/context.ts'
import type { RunState } from './run-state.ts'
import type { EmittedMessage } from './step-outcome.ts'
import type { Turn } from './turn.ts'
import { chainOf, runSource } from '../run/trigger-data.ts'

/** What a run is given from outside; the same on every call but for `resume`. */
export interface RunInputs {
  readonly run: {
    readonly id: string
    readonly flowId: string
    readonly version: number
    readonly key: string
    readonly applicationId: string
    readonly createdAt: number
  }
  readonly trigger: TriggerData
  readonly entry: Readonly<Record<string, unknown>> | null
  readonly secrets: Readonly<Record<string, string>>
  readonly ids: Ids
  readonly clock: { now(): number; monotonic(): number }
  /** Whether the run is the last that a chain of flows may have, and such an event would start another. */
  readonly chainEnds: (eventType: string) => boolean
  /** Whether the callers of its request are given what it answers. */
  readonly isHeard: boolean
  /** The listener's own answer to failed runs, if it has one. */
  readonly koReply: Reply | null
  /** What it may use of the event loop: what needs more throws `Elsewhere`. Null: nobody waits for this thread. */
  readonly turn: Turn | null
  /** A step that was stopped when it was run before: it is KO, and what it did not do is not tried again. */
  readonly stopped?: StoppedStep | undefined
  /** Called before each step, so that whoever ends this process knows at which it was. */
  readonly onStep?: (step: string) => void
  /** Of a run that waits for several deliveries: those that ended, a line each. `resume` is absent then, or `due`: every moment has come. */
  readonly wakes?: string | null
  /** What the run waited for. Absent on its first call, and when a segment goes on after its commit. */
  readonly resume?:
    | undefined
    | { readonly kind: 'delivered'; readonly outcome: StepDeliveryOutcome }
    | { readonly kind: 'due' }
    /** What the step waited for had not come when its time was over. */
    | { readonly kind: 'timed_out' }
    | { readonly kind: 'computed'; readonly answer: TransformAnswer; readonly carried: Carried }
}

export interface StoppedStep {
  readonly step: string
  readonly code: string
  readonly message: string
  /** For the log, if it was no doing of the data. */
  readonly defect?: string
}

/** What a call that stopped to compute hands to the next one: nothing of it was committed. */
export interface Carried {
  readonly messages: readonly EmittedMessage[]
  readonly givenUp: readonly DeliveryId[]
  /** When the computing step began. */
  readonly startedAt: number
  readonly beganAt: number
}

/** What a run is given on each call, as plain data but for what an application's configuration says. */
export interface RunGiven {
  readonly run: RunInputs['run']
  readonly input: string | null
  readonly request: StoredRequest | null
  /** How the delivery ended that the run waited for. */
  readonly wake: string | null
  readonly snapshot: Pick<ApplicationSnapshot, 'listeners'>
  readonly secrets: RunInputs['secrets']
  readonly isHeard: boolean
  readonly koReply: Reply | null
  readonly chainEnds: RunInputs['chainEnds']
  /** What `chainEnds` knows, as types and groups. */
  readonly endings: () => readonly string[]
}

type RowColumns = 'id' | 'flow_id' | 'version' | 'key' | 'application_id' | 'created_at' | 'input'

/** What of a run's row it is given. One that is not kept yet waited for nothing. */
interface BegunRun {
  readonly run: Pick<LoadedRun['run'], RowColumns> & Partial<Pick<LoadedRun['run'], 'wake'>>
  readonly request: LoadedRun['request']
}

/** What a run is given when it begins or goes on, by the present configuration. */
export function createRunGiven(
  secretsOf: (snapshot: ApplicationSnapshot) => FlowSecrets,
): (begun: BegunRun, snapshot: ApplicationSnapshot) => RunGiven {
  return ({ run, request }, snapshot) => {
    const atEnd = () => chainOf({ run, request }) >= limits.runChainMax
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
      wake: run.wake ?? null,
      snapshot,
      secrets: secretsOf(snapshot).open,
      isHeard: isHeard(run.id, request),
      koReply: ownKoReply(snapshot, request),
      chainEnds: (eventType) => flowsOfEvent(snapshot, eventType).length > 0 && atEnd(),
      endings: () => (atEnd() ? startingPatterns(snapshot) : []),
    }
  }
}

/** What the interpreter sees of it: the request or the input is read here. */
export function readInputs(
  { run, input, request, wake, snapshot, secrets, isHeard, koReply, chainEnds }: Omit<RunGiven, 'endings'>,
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
    isHeard,
    koReply,
    turn,
    wakes: loopBeside(state.loops) === undefined ? null : wake,
    resume: state.waiting === null ? undefined : resumeOf(state.waiting, wake, clock.now()),
  }
}

export function resumeOf(waiting: NonNullable<RunState['waiting']>, wake: string | null, now: number): NonNullable<RunInputs['resume']> {
  const { deadline = Infinity } = waiting
  if ('until' in waiting) return { kind: deadline < waiting.until ? 'timed_out' : 'due' }
  return wake === null && deadline <= now ? { kind: 'timed_out' } : { kind: 'delivered', outcome: outcomeOf(wake) }
}

/** The listener left the answer to its flow, and this is the run that it began for that: not another flow's, nor one that a person started anew. */
export function isHeard(run: string, request: LoadedRun['request']): boolean {
  return request !== null && request.reply_status === null && request.run_ids.startsWith(`["${run}"`)
}

/** The listener's own words for failed runs, for callers who wait (decisions/every-end-answers). Null: it has none. */
export function ownKoReply(snapshot: ApplicationSnapshot, request: LoadedRun['request']): Reply | null {
  return koRepliesOf(snapshot).get(request?.listener_id ?? '') ?? null
}

/** A delivery that a person ended leaves no outcome of its own. */
export function outcomeOf(wake: string | null): StepDeliveryOutcome {
  if (wake !== null) return JSON.parse(wake) as StepDeliveryOutcome
  return { ok: false, code: 'cancelled', message: 'The delivery was cancelled.', status: null, body: null }
}

/** The listeners' own words for failed runs, for callers who wait (decisions/every-end-answers). */
const koRepliesOf = derive((snapshot: ApplicationSnapshot): ReadonlyMap<string, Reply> => {
  const replies = new Map<string, Reply>()
  for (const { id, config } of snapshot.listeners) {
    const { reply } = parseExactJson(config) as { reply?: { error?: { status: number; headers: Reply['headers']; body: unknown } | null } }
    const error = reply?.error
    if (error) replies.set(id, withHeaders(bodyReply(error.status, error.body), error.headers))
  }
  return replies
})
