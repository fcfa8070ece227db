import { createHash } from 'node:crypto'
import type { Ids } from '#domain'
import type { Clock, PoolAnswer } from '#platform'
import type { CompiledFlow } from '../definition/compiled-flow.ts'
import { advance } from './interpret.ts'
import { readInputs, type StoppedStep } from './run-inputs.ts'
import type { SegmentPool } from './segment-pool.ts'
import { endOf, READING, type Segment, type SegmentAnswer, type SegmentEnd, type SegmentJob } from './segment.ts'
import { placeKey } from './loops.ts'
import { columnsOf, readPlace, readState } from './state-columns.ts'
import { SlowFlows } from './slow-flows.ts'
import { createTurns } from './turns.ts'

/**
 * Runs segments where they belong: on the event loop while that takes no time that others would miss, else, anew from the last commit,
 * in a process that can be ended. Both give the same.
 */
export interface Segments {
  run(segment: Segment): SegmentEnd | Promise<SegmentEnd | NoProcess>
  /** On the event loop and in this turn, or not at all. */
  atOnce(segment: Segment): SegmentEnd | undefined
}

/** Nothing is wrong with the run: the machine has no process for it now, or this one is stopping. */
export interface NoProcess {
  readonly outcome: { readonly kind: 'no_process'; readonly stopping: boolean; readonly message: string }
}

export interface SegmentsDeps {
  readonly ids: Ids
  readonly clock: Clock
  readonly pool: Pick<SegmentPool, 'run'>
}

/** Read on the event loop, in at most six milliseconds. */
export const INLINE_BODY_BYTES_MAX = 128 * 1024
const INLINE_COLUMNS_MAX = 256 * 1024
/** A process that ends again and again, whatever step is left out: that is not the data's doing. */
const ENDINGS_MAX = 5

export function createSegments({ ids, clock, pool }: SegmentsDeps): Segments {
  const turns = createTurns(clock)
  const slow = new SlowFlows()

  function here(segment: Segment): SegmentEnd | 'turn_over' | 'elsewhere' {
    const { flow, given, place, resume, stopped } = segment
    if (!isSmall(segment)) return 'elsewhere'
    const beganAt = clock.monotonic()
    if (slow.has(flow, beganAt)) return 'elsewhere'
    const turn = turns.open()
    if (turn === undefined) return 'turn_over'
    try {
      const state = 'state' in place ? place.state : readState(place.columns, flow.first)
      const inputs = readInputs(given, state, { ids, clock, turn })
      return endOf(
        advance(
          flow,
          state,
          resume === undefined && stopped === undefined ? inputs : { ...inputs, resume: resume ?? inputs.resume, stopped },
        ),
      )
    } catch {
      // `Elsewhere`; or a defect between two steps, which ends the process there, and that says at which step it was.
      return 'elsewhere'
    } finally {
      slow.took(flow, { tookMs: turns.used(beganAt), now: beganAt })
    }
  }

  async function later(segment: Segment): Promise<SegmentEnd | NoProcess> {
    for (;;) {
      await turns.next()
      const done = here(segment)
      if (done === 'elsewhere') return elsewhere(segment)
      if (done !== 'turn_over') return done
    }
  }

  async function elsewhere(segment: Segment): Promise<SegmentEnd | NoProcess> {
    let { stopped, bodyless = false } = segment
    for (let endings = 0; endings < ENDINGS_MAX; endings++) {
      const answered = await pool.run(jobOf({ ...segment, stopped, bodyless }, clock), { owner: segment.given.run.applicationId })
      if (answered.ok) return ended(answered.answer, bodyless)
      const { code, message, place } = answered
      if (code === 'overloaded' || code === 'unavailable' || code === 'stopping')
        return { outcome: { kind: 'no_process', stopping: code === 'stopping', message } }
      bodyless ||= place === undefined || place === READING
      stopped = stoppedBy(answered, place || placeOf(segment))
    }
    throw new Error('the processes of a segment end whatever is left out')
  }

  return {
    run(segment) {
      const done = here(segment)
      return done === 'elsewhere' ? elsewhere(segment) : done === 'turn_over' ? later(segment) : done
    },
    atOnce(segment) {
      const done = here(segment)
      return typeof done === 'string' ? undefined : done
    },
  }
}

/** Whether all that would be read is so little that the event loop may read it. */
function isSmall({ given: { request, input, wake }, place, resume, bodyless }: Segment): boolean {
  if (bodyless === true) return false
  if (request !== null && request.body !== null && request.body.length > INLINE_BODY_BYTES_MAX) return false
  if ((input?.length ?? 0) > INLINE_BODY_BYTES_MAX || (wake?.length ?? 0) > INLINE_BODY_BYTES_MAX) return false
  if (resume?.kind === 'computed' && resume.answer.ok && resume.answer.output.length > INLINE_BODY_BYTES_MAX) return false
  return !('columns' in place) || place.columns.steps.length + place.columns.faults.length + place.columns.meta.length <= INLINE_COLUMNS_MAX
}

function ended({ columns, effects, outcome, defects }: SegmentAnswer, bodyless: boolean): SegmentEnd {
  return { place: { columns }, effects, outcome, defects, ...(bodyless && { bodyless }) }
}

function stoppedBy({ code, message }: Extract<PoolAnswer<unknown>, { ok: false }>, step: string): StoppedStep {
  if (code === 'timeout') return { step, code: 'timeout', message: 'The step took more processor time than it may.' }
  if (code === 'memory_limit') return { step, code: 'memory_limit', message: 'The step needed more memory than it may have.' }
  return { step, code: 'internal', message: 'Something went wrong inside.', defect: message }
}

/** The step that comes next; empty where none does. */
function placeOf({ flow, place }: Segment): string {
  const { state } = 'state' in place ? place : { state: place.columns.state === null ? { at: flow.first } : readPlace(place.columns.state) }
  return state.at === null ? '' : placeKey(state.at, 'loops' in state ? state.loops : undefined)
}

function jobOf({ flow, given, place, resume, stopped, bodyless = false }: Segment, clock: Clock): SegmentJob {
  const { run, input, request, wake, snapshot, secrets, isHeard, koReply, endings } = given
  return {
    flow: textOf(flow),
    run,
    input: bodyless ? null : input,
    request: bodyless && request !== null ? { ...request, body: null } : request,
    wake,
    listeners: snapshot.listeners.filter(({ id }) => id === request?.listener_id),
    secrets,
    isHeard,
    koReply,
    endings: endings(),
    columns: 'columns' in place ? place.columns : columnsOf(place.state),
    resume,
    stopped,
    monotonic: clock.monotonic(),
  }
}

const texts = new WeakMap<CompiledFlow, SegmentJob['flow']>()

function textOf(flow: CompiledFlow): SegmentJob['flow'] {
  const known = texts.get(flow)
  if (known !== undefined) return known
  const definition = JSON.stringify(flow.definition)
  const made = { definition, hash: createHash('sha256').update(definition).digest('base64') }
  texts.set(flow, made)
  return made
}
