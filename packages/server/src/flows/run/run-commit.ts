import { keepReady, resultInTurns, subscribedEndpoints, type Traces } from '#coordination'
import {
  belonging,
  envelopeBytes,
  fanningOut,
  fanOut,
  isDearToMatch,
  keptReply,
  newAllowance,
  passingOn,
  placeOfRun,
  spanOf,
  spanOfMaker,
  textOfTrace,
  type ApplicationId,
  type CompiledEndpoints,
  type DeliveryId,
  type FanOut,
  type Ids,
  type MessageToMatch,
  type PassedOn,
  type Reply,
  type RunId,
  type StepRequest,
} from '#domain'
import type { Vault } from '#platform'
import {
  EACH,
  madeFrom,
  type ApplicationSnapshot,
  type LaneId,
  type LoadedRun,
  type NewDelivery,
  type NewMessage,
  type RunCommit,
  type StoredRequest,
} from '#store'
import { flowsOfEvent, runsOfEvent } from '../definition/flows-of-event.ts'
import type { RunEffects } from '../segment/run-outcome.ts'
import type { SegmentEnd } from '../segment/segment.ts'
import { columnsOf, columnsOfEnded } from '../segment/state-columns.ts'
import type { StepDeliveryEffect } from '../segment/step-outcome.ts'
import { chainOf, messageThatStarted, traceOfStart } from './trigger-data.ts'

/** Between the interpreter's values and the store's rows. */

export interface CommitMaking {
  readonly ids: Ids
  readonly vault: Vault
  readonly now: () => number
  /** Absent: nobody collects traces, and what was told is passed on as it is. */
  readonly traces?: Pick<Traces, 'share'> | undefined
}

/** A step that sends has one lane for all versions of its flow. */
function stepLane(flowId: string, stepId: string): LaneId {
  return `${flowId}/${stepId}`
}

/** What one segment asks to be committed, with messages fanned out by the present configuration. */
export function makeCommit(
  loaded: LoadedRun,
  { place, effects, outcome }: SegmentEnd,
  snapshot: ApplicationSnapshot,
  making: CommitMaking & { readonly events?: EmittedEvents },
): RunCommit {
  const { run, request } = loaded
  const finished = outcome.kind === 'finished'
  const columns = 'columns' in place ? place.columns : finished ? { state: null, ...columnsOfEnded(place.state) } : columnsOf(place.state)
  return {
    run: run.id as RunId,
    rev: run.rev,
    application: madeFrom(snapshot, 'outbound'),
    ...waitingOf(outcome, making.now),
    ...(effects.heard !== null && { parkedOn: EACH, heard: run.parked_on === EACH ? charactersOf(run.wake, effects.heard) : undefined }),
    finishedAt: finished ? making.now() : null,
    errorCode: finished ? outcome.code : null,
    reply: effects.reply === null ? null : keptReply(effects.reply, making.now()),
    state: finished ? null : columns.state,
    steps: columns.steps,
    faults: columns.faults,
    meta: columns.meta,
    ...(making.events ?? emitted(loaded, effects, snapshot, making)),
    ...(effects.givenUp.length > 0 && { givenUp: effects.givenUp }),
    deliveries: effects.deliveries.map((delivery) => deliveryOf(loaded, delivery, making)),
    reopen: reopenOf(run, request, effects.reply),
  }
}

/** What the run waits for, if it does. */
function waitingOf(outcome: SegmentEnd['outcome'], now: () => number): Pick<RunCommit, 'status' | 'parkedOn' | 'waitMs'> {
  const none = { parkedOn: null, waitMs: null }
  const waitMs = (until: number | null) => (until === null ? null : until - now())
  switch (outcome.kind) {
    case 'finished':
      return { status: outcome.status, ...none }
    case 'parked':
      return { status: 'waiting', parkedOn: outcome.delivery, waitMs: waitMs(outcome.deadline) }
    case 'waits':
    case 'waits_beside':
      return { status: 'waiting', parkedOn: null, waitMs: waitMs(outcome.until) }
    default:
      return { status: 'running', ...none }
  }
}

/** As both engines count: code points. What a run is woken with that waited for one delivery is heard with it. */
function charactersOf(wake: string | null, units: number): number {
  const text = (wake ?? '').slice(0, units)
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0)
}

interface EmitMaking extends CommitMaking {
  /** The version of the configuration whose filters were made ready beforehand. */
  readonly ready?: ApplicationSnapshot
}

/** What the events of a run make: messages for those who subscribed, and runs of the flows that wait for them. */
export type EmittedEvents = Pick<RunCommit, 'messages' | 'runs'>

/** After `stale` they are made anew. All filters share one allowance: this is one piece, within a commit even. */
export function emitted(loaded: LoadedRun, effects: RunEffects, snapshot: ApplicationSnapshot, making: EmitMaking): EmittedEvents {
  if (effects.messages.length > 0 && making.ready !== undefined) keepReady(snapshot, making.ready)
  const allowance = newAllowance()
  const endpoints = subscribedEndpoints(snapshot)
  const messages = effects.messages.map((message) => {
    const row = messageOf(loaded, message, snapshot, making)
    const { deliveries, skipped } = fanOut({ ...toMatch(message, row), allowance }, endpoints, making.ids)
    return { ...row, deliveries: passingOn(deliveries, causeOf(loaded, spanOf, row.id, making)), skipped }
  })
  return { messages, runs: runsStarted(loaded, effects, snapshot, making) }
}

/**
 * Beforehand, where there are several, or one whose filters may take ten milliseconds: others have their turn in between. Undefined:
 * nothing is to be waited for.
 */
export function emittedInTurns(
  loaded: LoadedRun,
  effects: RunEffects,
  snapshot: ApplicationSnapshot,
  making: CommitMaking,
): Promise<EmittedEvents> | undefined {
  if (effects.messages.length === 0) return undefined
  const endpoints = subscribedEndpoints(snapshot)
  if (endpoints.every(({ filter }) => filter === null)) return undefined
  const rows = effects.messages.map((message) => messageOf(loaded, message, snapshot, making))
  const toBeMatched = effects.messages.map((message, index) => toMatch(message, rows[index]!))
  if (rows.length === 1 && !isDearToMatch(toBeMatched[0]!, endpoints)) return undefined
  const fanned = resultInTurns(eachFanned(toBeMatched, endpoints, making.ids))
  const passed = ({ id }: Unmatched, { deliveries }: FanOut) => passingOn(deliveries, causeOf(loaded, spanOf, id, making))
  return fanned.then((all) => ({
    messages: rows.map((row, index) => ({ ...row, ...all[index]!, deliveries: passed(row, all[index]!) })),
    runs: runsStarted(loaded, effects, snapshot, making),
  }))
}

function* eachFanned(messages: readonly MessageToMatch[], endpoints: CompiledEndpoints, ids: Ids): Generator<void, FanOut[]> {
  const fanned: FanOut[] = []
  for (const message of messages) {
    fanned.push(yield* fanningOut(message, endpoints, ids))
    yield
  }
  return fanned
}

function runsStarted(loaded: LoadedRun, effects: RunEffects, snapshot: ApplicationSnapshot, making: CommitMaking): RunCommit['runs'] {
  if (effects.messages.length === 0) return []
  const starting = effects.messages.filter(({ eventType }) => flowsOfEvent(snapshot, eventType).length > 0)
  const createdAt = making.now()
  return starting.flatMap((event) => {
    const cause = causeOf(loaded, spanOf, event.id, making)
    return runsOfEvent(snapshot, { ...event, messageId: event.id, createdAt, ...cause }, making.ids)
  })
}

/** What a run says to those that it causes: of its place in a chain, and of its trace, in which this span of what it made is above them. */
function causeOf(loaded: LoadedRun, span: (id: string) => string, made: string, { traces }: CommitMaking): PassedOn {
  const told = traceOfStart(loaded)
  const chain = chainOf(loaded) + 1
  if (traces === undefined) return { chain, trace: told }
  const place = placeOfRun(loaded.run, { told, message: messageThatStarted(loaded.run), share: traces.share })
  return { chain, trace: textOfTrace({ ...place, spanId: span(made) }) }
}

type Emitted = RunEffects['messages'][number]
type Unmatched = Omit<NewMessage, 'deliveries' | 'skipped'> & { readonly payload: Uint8Array }

function toMatch({ eventType, channels }: Emitted, { id, created_at: createdAt, payload }: Unmatched): MessageToMatch {
  return { id, eventType, channels, createdAt, payload }
}

function messageOf(
  { run }: LoadedRun,
  { id, eventType, eventId, channels, data }: Emitted,
  snapshot: ApplicationSnapshot,
  { now }: CommitMaking,
): Unmatched {
  const createdAt = now()
  return {
    id,
    application_id: run.application_id as ApplicationId,
    event_id: eventId,
    event_type: eventType,
    channels: channels === null ? null : JSON.stringify(channels),
    tags: null,
    run_id: run.id as RunId,
    created_at: createdAt,
    payload: envelopeBytes({ id: eventId ?? id, type: eventType, createdAt, businessId: snapshot.uid ?? snapshot.id, data }),
  }
}

function deliveryOf(loaded: LoadedRun, delivery: StepDeliveryEffect, making: CommitMaking): NewDelivery {
  const { vault, now } = making
  const { run } = loaded
  const { id, stepId, event, request, body } = delivery
  return {
    id: id as DeliveryId,
    lane: stepLane(run.flow_id, stepId),
    endpoint_id: null,
    step_id: stepId,
    event_type: event,
    created_at: now(),
    request: vault.seal(
      JSON.stringify({ ...request, ...causeOf(loaded, spanOfMaker, id, making) } satisfies StepRequest),
      belonging.stepRequest(id),
    ),
    body,
  }
}

/** Only an answer that the caller got, and that was 500 or more, lets a copy start anew (decisions/copies-after-a-failure). */
export function reopenOf(
  run: Pick<LoadedRun['run'], 'waiter'>,
  request: Pick<StoredRequest, 'id' | 'listener_id' | 'dedup_key'> | null,
  reply: Reply | null,
): RunCommit['reopen'] {
  if (reply === null || reply.status < 500 || run.waiter === null) return null
  if (request === null || request.dedup_key === null || request.listener_id === null) return null
  return { scope: request.listener_id, key: request.dedup_key, ref: request.id }
}
