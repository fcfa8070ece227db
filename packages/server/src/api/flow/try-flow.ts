import type { FlowTestOut } from '@posthorn/contract'
import { AppError, parseExactJson, type StepDeliveryOutcome } from '#domain'
import {
  columnsOf,
  INLINE_BODY_BYTES_MAX,
  newRunState,
  runSource,
  type CompiledFlow,
  type RunGiven,
  type RunPlace,
  type Segment,
  isSiloJob,
  loadEntry,
  type SegmentEnd,
  type Segments,
  type SiloJob,
} from '#flows'
import type { TransformAnswer, Transforms } from '#platform'
import type { ApplicationSnapshot, Store, StoredRun } from '#store'
import { stepsJson } from '../run/run-row.ts'

/** How a delivery of a step is to end, by step id. */
export type Outcomes = Readonly<Record<string, { readonly ok: boolean; readonly status: number | null; readonly body: string | null }>>

interface Trying {
  readonly store: Pick<Store, 'queries' | 'statements' | 'mutate' | 'files'>
  readonly segments: Segments
  readonly transforms: Pick<Transforms, 'evaluate'>
  readonly meta: Record<string, unknown>
  readonly outcomes: Outcomes
}

/**
 * Runs a flow to its end without keeping or sending anything: what it would have done is the answer. The segments are those of real
 * runs, so what is seen here is what will happen.
 */
export async function tryFlow(
  flow: CompiledFlow,
  given: RunGiven,
  { store, segments, transforms, meta, outcomes }: Trying,
): Promise<FlowTestOut> {
  const done: SegmentEnd['effects'][] = []
  let segment: Segment = { flow, given, place: { state: newRunState(flow.first, meta) } }
  for (;;) {
    const ended = await segments.run(segment)
    if (!('place' in ended)) throw new AppError('overloaded')
    const { outcome, place, effects, bodyless = false } = ended
    const next = { flow, given, place, bodyless }
    if (outcome.kind === 'compute') {
      const { job, carried } = outcome
      const { applicationId } = given.run
      const answer = isSiloJob(job) ? await triedSilo(store, job, applicationId) : await transforms.evaluate(job, applicationId)
      segment = { ...next, resume: { kind: 'computed', answer, carried } }
      continue
    }
    done.push(effects)
    if (outcome.kind === 'finished') return told(place, { done, given, status: outcome.status, errorCode: outcome.code })
    if (outcome.kind === 'waits') {
      // Nobody waits in a try.
      segment = { ...next, resume: { kind: 'due' } }
      continue
    }
    const sent = outcome.kind === 'parked' ? effects.deliveries.at(-1) : undefined
    segment = sent === undefined ? next : { ...next, resume: { kind: 'delivered', outcome: outcomeOf(outcomes[sent.stepId]) } }
  }
}

/** What is there is read; what would be saved is not. */
async function triedSilo(store: Trying['store'], job: SiloJob, application: string): Promise<TransformAnswer> {
  if (job.kind === 'load_entry') return loadEntry({ store }, job.entry, application)
  return { ok: true, output: JSON.stringify({ id: null, key: job.key, version: null }) }
}

function outcomeOf(wanted: Outcomes[string] | undefined): StepDeliveryOutcome {
  const { ok, status, body } = wanted ?? { ok: true, status: 200, body: null }
  if (ok) return { ok, code: null, message: null, status, body }
  return { ok, code: status === null ? 'timeout' : 'http_status', message: 'The delivery was to fail in this test.', status, body }
}

interface Told {
  readonly done: readonly SegmentEnd['effects'][]
  readonly given: RunGiven
  readonly status: 'ok' | 'ko'
  readonly errorCode: string | null
}

function told(place: RunPlace, { done, given, status, errorCode }: Told): FlowTestOut {
  const { steps, faults, meta } = 'columns' in place ? place.columns : columnsOf(place.state)
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
  const out = {
    status,
    errorCode,
    trigger: triggerOf(given),
    steps: stepsJson({ steps }),
    faults: JSON.parse(faults) as unknown,
    meta: parseExactJson(meta),
    reply: done.map(({ reply }) => reply).find((reply) => reply !== null) ?? null,
    // Not the headers: credentials are in place there. The step's record shows them without.
    deliveries: done.flatMap(({ deliveries }) => deliveries.map(({ stepId, event, body: sent }) => ({ stepId, event, body: text(sent) }))),
    messages: done.flatMap(({ messages }) =>
      messages.map(({ eventType, eventId, channels, data }) => ({ eventType, eventId, channels, data: parseExactJson(text(data)) })),
    ),
  }
  return out as unknown as FlowTestOut
}

/** What the flow saw; a body that is too large to be read between other calls is named only. */
function triggerOf({ input, request, snapshot }: RunGiven) {
  const bytes = request?.body?.length ?? 0
  const large = bytes > INLINE_BODY_BYTES_MAX
  const { method, path, params, query, headers, body } = runSource(
    { run: { input } as StoredRun, request: large ? { ...request!, body: null } : request },
    snapshot as ApplicationSnapshot,
  ).trigger
  return { method, path, params, query, headers, body: large ? `(${bytes} bytes, not shown)` : body }
}
