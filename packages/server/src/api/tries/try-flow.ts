import type { FlowTestOut, StepOut } from '@posthorn/contract'
import { AppError, type Ids } from '#domain'
import {
  columnsOf,
  isSiloJob,
  INLINE_BODY_BYTES_MAX,
  newRunState,
  runSource,
  type CompiledFlow,
  type RunGiven,
  type RunPlace,
  type RunState,
  type Segment,
  type SegmentEnd,
  type Segments,
} from '#flows'
import type { Transforms } from '#platform'
import { wakeLine, type ApplicationSnapshot, type StoredRun } from '#store'
import { keptSteps } from '../run/kept-steps.ts'
import { stepHead } from '../run/run-row.ts'
import { notShown, type Showing } from './showing.ts'
import type { StepCalls } from './step-calls.ts'
import { TriedSilo, type SiloStore } from './tried-silo.ts'

/** What came of one try. */
export type FlowTryOut = Omit<FlowTestOut, 'others'>

export interface Trying {
  readonly store: SiloStore
  readonly ids: Ids
  readonly segments: Segments
  readonly transforms: Pick<Transforms, 'evaluate'>
  readonly meta: Readonly<Record<string, unknown>>
  /** Answers the calls that steps make. */
  readonly calls: StepCalls
  /** The step that the flow was made to end after. */
  readonly until?: string | undefined
  /** Of all tries of an answer. */
  readonly showing: Showing
  /** What is behind the run already. */
  readonly before?: Pick<RunState, 'steps' | 'loops'> | undefined
}

/**
 * Runs a flow to its end without keeping anything: what it would have done is the answer. The segments are those of real runs, so what is
 * seen here is what will happen.
 */
export async function tryFlow(
  flow: CompiledFlow,
  given: RunGiven,
  { store, ids, segments, transforms, meta, calls, until, showing, before }: Trying,
): Promise<FlowTryOut> {
  const done: SegmentEnd['effects'][] = []
  const silo = new TriedSilo(store, { ids, application: given.run.applicationId })
  let segment: Segment = { flow, given, place: { state: { ...newRunState(flow.first, { ...meta }), ...before } } }
  for (;;) {
    const ended = await segments.run(segment)
    if (!('place' in ended)) throw new AppError('overloaded')
    const { outcome, place, effects, bodyless = false } = ended
    const next = { flow, given: segment.given, place, bodyless }
    if (outcome.kind === 'compute') {
      const { job, carried } = outcome
      const { applicationId } = given.run
      const answer = isSiloJob(job) ? await silo.answer(job) : await transforms.evaluate(job, applicationId)
      segment = { ...next, resume: { kind: 'computed', answer, carried } }
      continue
    }
    done.push(effects)
    if (outcome.kind === 'finished')
      return tryOut(place, {
        done,
        given,
        status: outcome.status,
        errorCode: outcome.code,
        until,
        showing,
        skipped: before?.steps.length ?? 0,
      })
    if (outcome.kind === 'waits') {
      // Nobody waits in a try.
      segment = { ...next, resume: { kind: 'due' } }
      continue
    }
    if (effects.heard !== null) {
      const told = await Promise.all(effects.deliveries.map(async (sent) => wakeLine(sent.id, JSON.stringify(await calls(sent)))))
      const wake = `${segment.given.wake ?? ''}`.slice(effects.heard) + told.join('') || null
      segment = { ...next, given: { ...given, wake }, ...(wake === null && outcome.kind === 'waits_beside' && { resume: { kind: 'due' } }) }
      continue
    }
    const sent = outcome.kind === 'parked' ? effects.deliveries.at(-1) : undefined
    segment = sent === undefined ? next : { ...next, resume: { kind: 'delivered', outcome: await calls(sent) } }
  }
}

interface Tried {
  readonly done: readonly SegmentEnd['effects'][]
  readonly given: RunGiven
  readonly status: 'ok' | 'ko'
  readonly errorCode: string | null
  readonly until: string | undefined
  readonly showing: Showing
  /** So many steps were behind the run already, and are known to who asks. */
  readonly skipped: number
}

async function tryOut(place: RunPlace, { done, given, status, errorCode, until, showing, skipped }: Tried): Promise<FlowTryOut> {
  const { faults, meta, ...columns } = 'columns' in place ? place.columns : columnsOf(place.state)
  const steps: StepOut[] = []
  for (const { record, input = 'null', output = 'null' } of (await keptSteps(columns.steps)).slice(skipped)) {
    const values = { input: await showing.value(input), output: await showing.value(output) } as Pick<StepOut, 'input' | 'output'>
    // Nothing of it is kept, so nothing is found under the ids that it would have had.
    steps.push({ ...stepHead(record), ...values, deliveryId: null, messageId: null })
  }
  const last = steps.at(-1)
  const stopped = until !== undefined && last?.id === until
  // The flow was made to end there; what came of the step itself is what is asked for.
  const end = stopped && last?.status === 'KO' ? { status: 'ko', errorCode: last.code } : { status, errorCode }
  const replies = stopped && !steps.some(({ kind, status: how }) => kind === 'webhook_response' && how === 'OK') ? [] : done
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
  const shownMeta = await showing.value(meta)
  const messages = []
  for (const { eventType, eventId, channels, data } of done.flatMap((effects) => effects.messages))
    messages.push({ eventType, eventId, channels, data: await showing.value(text(data)) })
  const out = {
    ...end,
    stopped,
    trigger: triggerOf(given),
    steps,
    faults: JSON.parse(faults) as unknown,
    // An object, whatever there is room for.
    meta: typeof shownMeta === 'string' ? {} : shownMeta,
    reply: replies.map(({ reply }) => reply).find((reply) => reply !== null) ?? null,
    // Not the headers: credentials are in place there. The step's record shows them without.
    deliveries: done.flatMap(({ deliveries }) =>
      deliveries.map(({ stepId, event, body: sent }) => ({ stepId, event, body: showing.text(text(sent)) })),
    ),
    messages,
  }
  return out as unknown as FlowTryOut
}

/** What the flow saw; a body that is too large to be read between other calls is named only. */
function triggerOf({ input, request, snapshot }: RunGiven) {
  const bytes = request?.body?.length ?? 0
  const large = bytes > INLINE_BODY_BYTES_MAX
  const { method, path, params, query, headers, body } = runSource(
    { run: { input } as StoredRun, request: large ? { ...request!, body: null } : request },
    snapshot as ApplicationSnapshot,
  ).trigger
  return { method, path, params, query, headers, body: large ? notShown({ length: bytes }) : body }
}
