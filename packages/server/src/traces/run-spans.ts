import { placeOfMessage, placeOfRun, spanOf, spanOfMaker, spanOfStep, traceOfRequest, type TracePlace } from '#domain'
import type { LoadedRun, NewMessage, NewRequest, NewRun, RunCommit, StoredRun } from '#store'
import type { Span } from './span.ts'

/** Of the steps of a run so many are shown: a loop may have taken thousands. */
const STEPS_MAX = 200
/** Beyond it, the record of the steps is not read for them. */
const RECORD_CHARACTERS_MAX = 1024 * 1024

interface Segment {
  readonly commit: RunCommit
  readonly told: string | null
  readonly message: string | null
  readonly now: number
  readonly share: number
}

/** The messages that a segment made; and the run with its steps, where it has ended: only then is it known how long they took. */
export function segmentSpans({ run }: LoadedRun, { commit, now, ...cause }: Segment): readonly Span[] {
  const told = commit.operational?.flatMap((message) => messageSpan(message, { told: null, now, share: cause.share })) ?? []
  const place = placeOfRun(run, cause)
  if (!place.isSampled) return told
  const messages = commit.messages.map((message) => spanOfMessage(message, { ...place, parent: spanOfMaker(message.id) }, now))
  if (commit.finishedAt === null) return [...messages, ...told]
  const { status, errorCode, steps } = commit
  return [...messages, ...told, ...runSpans(run, place, { endedAt: commit.finishedAt, status, errorCode, steps })]
}

/** One that ended well before it was kept. */
export function endedRunSpans(run: NewRun, { request, share }: { readonly request: NewRequest; readonly share: number }): readonly Span[] {
  const place = placeOfRun(run, { told: traceOfRequest(request), message: null, share })
  if (!place.isSampled || run.ended === undefined) return []
  const { finished_at: endedAt, steps } = run.ended
  return runSpans(run, place, { endedAt, status: 'ok', errorCode: null, steps })
}

type Ran = Pick<StoredRun, 'id' | 'application_id' | 'flow_id' | 'version' | 'trigger' | 'key' | 'created_at' | 'request_id'>

interface End {
  readonly endedAt: number
  readonly status: string
  readonly errorCode: string | null
  /** JSON of their records. */
  readonly steps: string
}

function runSpans(run: Ran, place: TracePlace, { endedAt, status, errorCode, steps }: End): readonly Span[] {
  const records = steps.length > RECORD_CHARACTERS_MAX ? [] : (JSON.parse(steps) as readonly StepOfSpan[])
  const span: Span = {
    ...place,
    spanId: spanOf(run.id),
    name: 'run',
    kind: 'internal',
    startedAt: run.created_at,
    endedAt,
    attributes: {
      'posthorn.app.id': run.application_id,
      'posthorn.flow.id': run.flow_id,
      'posthorn.flow.version': run.version,
      'posthorn.run.id': run.id,
      'posthorn.run.trigger': run.trigger,
      'posthorn.run.status': status,
      'posthorn.request.id': run.request_id,
    },
    error: status === 'ko' ? (errorCode ?? 'ko') : undefined,
  }
  return [span, ...records.slice(0, STEPS_MAX).map((record, n) => stepSpan(record, n, { run, place }))]
}

/** What a run's record says of a step, as far as a span does: nothing of what it worked on. */
interface StepOfSpan {
  readonly id: string
  readonly kind: string
  readonly item?: readonly number[]
  readonly status: string
  readonly code?: string
  readonly startedAt: number
  readonly durationMs: number
  readonly made?: string
}

function stepSpan(step: StepOfSpan, n: number, { run, place }: { readonly run: Ran; readonly place: TracePlace }): Span {
  return {
    ...place,
    spanId: step.made === undefined ? spanOfStep(run.id, n) : spanOfMaker(step.made),
    parent: spanOf(run.id),
    name: `step ${step.id}`,
    kind: 'internal',
    startedAt: step.startedAt,
    endedAt: step.startedAt + step.durationMs,
    attributes: {
      'posthorn.run.id': run.id,
      'posthorn.step.id': step.id,
      'posthorn.step.kind': step.kind,
      'posthorn.step.item': step.item?.join('.'),
      'posthorn.step.status': step.status,
      'posthorn.step.code': step.code,
      'posthorn.step.made': step.made,
    },
    error: step.status === 'KO' ? (step.code ?? 'KO') : undefined,
  }
}

interface Sent {
  readonly told: string | null
  readonly now: number
  readonly share: number
}

/** One that no run made. */
export function messageSpan(message: NewMessage, { told, now, share }: Sent): readonly Span[] {
  const place = placeOfMessage(message.id, { told, share })
  return place.isSampled ? [spanOfMessage(message, place, now)] : []
}

/** Its fan-out, to the commit that kept it with its deliveries. */
function spanOfMessage(message: NewMessage, place: TracePlace, keptAt: number): Span {
  return {
    ...place,
    spanId: spanOf(message.id),
    name: `message ${message.event_type}`,
    kind: 'producer',
    // The API may be told when the event happened; that is not when we heard of it.
    startedAt: Math.min(message.created_at, keptAt),
    endedAt: keptAt,
    attributes: {
      'posthorn.app.id': message.application_id,
      'posthorn.message.id': message.id,
      'posthorn.event.type': message.event_type,
      'posthorn.run.id': message.run_id,
      'posthorn.message.deliveries': message.deliveries.length,
    },
  }
}
