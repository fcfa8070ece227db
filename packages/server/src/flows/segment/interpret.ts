import { limits, parseExactJson, type Fault, type Ids, type Reply, type StepDeliveryOutcome } from '#domain'
import type { TransformAnswer, TransformJob } from '#platform'
import type { CompiledFlow, CompiledNext, CompiledStep } from '../definition/compiled-flow.ts'
import { koReply, okReply } from './default-reply.ts'
import { jsonBytes, TooLargeError, weighsWithin } from './json-within.ts'
import type { StepResult, TriggerData } from '../mapping/context.ts'
import { TemplateError } from '../mapping/tokens.ts'
import type { RunState } from './run-state.ts'
import type { EmittedMessage, StepContext, StepDeliveryEffect, StepEnd, StepOutcome } from './step-outcome.ts'
import type { StepRecord } from './step-record.ts'
import { Elsewhere, type Turn } from './turn.ts'

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
  /** The listener's own answer to failed runs, if it has one. */
  readonly koReply: Reply | null
  /** What it may use of the event loop: what needs more throws `Elsewhere`. Null: nobody waits for this thread. */
  readonly turn: Turn | null
  /** A step that was stopped when it was run before: it is KO, and what it did not do is not tried again. */
  readonly stopped?: StoppedStep | undefined
  /** Called before each step, so that whoever ends this process knows at which it was. */
  readonly onStep?: (step: string) => void
  /** What the run waited for. Absent on its first call, and when a segment goes on after its commit. */
  readonly resume?:
    | undefined
    | { readonly kind: 'delivered'; readonly outcome: StepDeliveryOutcome }
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
  /** When the computing step began. */
  readonly startedAt: number
  readonly beganAt: number
}

/** What must be committed, in one transaction with the state. */
export interface RunEffects {
  readonly messages: readonly EmittedMessage[]
  readonly deliveries: readonly StepDeliveryEffect[]
  /** The caller's answer, if it is due with this commit. */
  readonly reply: Reply | null
}

export type RunOutcome =
  /** Nothing to commit yet: an expression is evaluated elsewhere; call again with its answer. */
  | { readonly kind: 'compute'; readonly job: TransformJob; readonly carried: Carried }
  /** Commit, then wait until the delivery has ended. */
  | { readonly kind: 'parked'; readonly delivery: StepDeliveryEffect['id'] }
  /** Commit and let the reply leave, then call again: more steps follow (decisions/the-reply-leaves-at-its-step). */
  | { readonly kind: 'reply_segment' }
  /** Commit, then call again: so much was done that it must neither be lost nor done twice. */
  | { readonly kind: 'so_far' }
  | { readonly kind: 'finished'; readonly status: 'ok' | 'ko'; readonly code: string | null }

export interface Advance {
  readonly state: RunState
  /** Those of this call. `state.steps` has all. */
  readonly records: readonly StepRecord[]
  readonly effects: RunEffects
  readonly outcome: RunOutcome
  /** Failures of steps that are our own defects, for the log. */
  readonly defects: readonly StepDefect[]
}

export interface StepDefect {
  readonly step: string
  readonly error: string
}

/**
 * Runs a flow from `state` until something must be committed or computed elsewhere. Pure: whoever is not content with the time that
 * it takes lets it go, and calls it again in another place.
 *
 *   main --step--> main ... --end--> finished ok
 *     | a KO that no `next` row handles
 *     v
 *   rescue (if the flow has one) --step--> rescue ... --end--> finished ko
 *
 * Both sections stop on the way: `compute` and `parked` at a step that has not ended, `reply_segment` and `so_far` after one that has.
 */
export function advance(flow: CompiledFlow, state: RunState, inputs: RunInputs): Advance {
  return new Interpreter(flow, state, inputs).go()
}

const INPUT_BYTES_MAX = 64 * 1024

/** Steps in one call: branches cannot loop, so a run is shorter than its flow; this only guards the guard. */
const STEPS_MAX = 10_000

/** A call that has taken so long stops after its step: if a later one is ended from outside, so much at most is done again. */
const SO_FAR_MS = 250
/** Each message is written for every endpoint that wants it, so a commit has no more of them. */
const SO_FAR_MESSAGE_BYTES = limits.payloadBytesMax
const SO_FAR_MESSAGES = 32
/** On the event loop; what a commit must write grows with it. */
const INLINE_CONTEXT_BYTES_MAX = 256 * 1024

class Interpreter {
  readonly #flow: CompiledFlow
  readonly #state: RunState
  readonly #inputs: RunInputs
  readonly #records: StepRecord[] = []
  readonly #messages: EmittedMessage[]
  readonly #results: Record<string, StepResult> = Object.create(null) as Record<string, StepResult>
  readonly #context: StepContext
  readonly #deliveries: StepDeliveryEffect[] = []
  readonly #defects: StepDefect[] = []
  #reply: Reply | null = null
  #missing = new Set<string>()
  #resume: RunInputs['resume']
  #contextBytes = 0
  #earlier: number | undefined
  #messageBytes = 0
  #stoppedNow = false
  readonly #beganAt: number
  #now: number

  constructor(flow: CompiledFlow, state: RunState, inputs: RunInputs) {
    this.#flow = flow
    // Records and meta are replaced and never changed, so this is a copy of its own.
    this.#state = { ...state, steps: [...state.steps], faults: [...state.faults] }
    this.#inputs = inputs
    this.#beganAt = this.#now = inputs.clock.monotonic()
    this.#resume = inputs.resume
    this.#messages = inputs.resume?.kind === 'computed' ? [...inputs.resume.carried.messages] : []
    for (const record of state.steps) if (record.status !== 'RUN') this.#results[record.id] = resultOf(record)
    this.#context = new Context(inputs, this.#state, { steps: this.#results, missing: (path) => void this.#missing.add(path) })
  }

  go(): Advance {
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const step = this.#state.at === null ? undefined : this.#flow.steps.get(this.#state.at)
      if (step === undefined) return this.#finish()
      const outcome = this.#runStep(step)
      if (outcome !== undefined) return this.#stopAt(outcome)
      if (this.#state.at === null) continue
      if (this.#reply !== null) return this.#stopAt({ kind: 'reply_segment' })
      if (this.#hasDoneMuch()) return this.#stopAt({ kind: 'so_far' })
    }
    throw new Error('a flow went on for ever')
  }

  #hasDoneMuch(): boolean {
    if (this.#stoppedNow || this.#messages.length >= SO_FAR_MESSAGES || this.#messageBytes >= SO_FAR_MESSAGE_BYTES) return true
    return this.#now - this.#beganAt > SO_FAR_MS
  }

  /** Undefined: the step has ended, and `at` is where the flow goes on. */
  #runStep(step: CompiledStep): RunOutcome | undefined {
    const { clock, turn, onStep } = this.#inputs
    onStep?.(step.id)
    const resume = this.#resume
    this.#resume = undefined
    const carried = resume?.kind === 'computed' ? resume.carried : undefined
    const record = this.#openRecord(step, carried?.startedAt ?? clock.now())
    const beganAt = carried?.beganAt ?? clock.monotonic()
    this.#missing = new Set()
    const outcome = this.#outcome(step, resume)
    if (outcome.kind === 'compute') {
      return { ...outcome, carried: { messages: this.#messages, startedAt: record.startedAt, beganAt } }
    }
    if (outcome.kind === 'park') {
      this.#state.waiting = { delivery: outcome.delivery.id, startedAt: record.startedAt }
      this.#keep({ ...record, status: 'RUN', input: outcome.input, ...this.#warnings() })
      this.#deliveries.push(outcome.delivery)
      return { kind: 'parked', delivery: outcome.delivery.id }
    }
    const waited = this.#state.waiting !== null
    this.#state.waiting = null
    const now = (this.#now = clock.monotonic())
    record.durationMs = waited ? Math.max(0, clock.now() - record.startedAt) : Math.round((now - beganAt) * 1000) / 1000
    this.#end(step, record, outcome)
    // What has come to its end is taken as it is.
    if (turn !== null && this.#state.at !== null) {
      turn.at(now)
      if (this.#contextBytes + this.#messageBytes > INLINE_CONTEXT_BYTES_MAX) throw new Elsewhere()
    }
    return undefined
  }

  /** A record that stands as RUN is the one of the step that waited: it is closed, not written twice. */
  #openRecord(step: CompiledStep, startedAt: number): StepRecord {
    const { steps } = this.#state
    const last = steps.at(-1)
    if (last?.id === step.id && last.status === 'RUN') {
      steps.pop()
      return { ...last }
    }
    return { id: step.id, kind: step.kind, status: 'RUN', startedAt, durationMs: 0 }
  }

  /** Whatever is thrown in a step is its failure, our own defect included, so that `rescue` can act (decisions/a-failure-inside-a-step). */
  #outcome(step: CompiledStep, resume: RunInputs['resume']): StepOutcome {
    try {
      if (this.#inputs.stopped?.step === step.id) return this.#stopped(this.#inputs.stopped)
      const outcome = resume ? resumed(resume) : this.#attempt(step)
      if (outcome.kind === 'compute') return outcome
      const input = keptInput(outcome.input)
      return outcome.kind === 'park' ? { ...outcome, input } : this.#bounded(input === outcome.input ? outcome : { ...outcome, input })
    } catch (error) {
      if (error instanceof Elsewhere) throw error
      const failure = failureOfData(error)
      if (failure === undefined)
        this.#defects.push({ step: step.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
      return failure ?? failedWith('internal', 'Something went wrong inside.')
    }
  }

  #stopped({ step, code, message, defect }: StoppedStep): StepEnd {
    this.#stoppedNow = true
    if (defect !== undefined) this.#defects.push({ step, error: defect })
    return failedWith(code, message)
  }

  #attempt(step: CompiledStep): StepOutcome {
    if (step.when !== undefined && !step.when(this.#context)) return { kind: 'done', status: 'SKIP', code: 'when' }
    return step.run(this.#context)
  }

  #end(step: CompiledStep, record: StepRecord, bounded: StepEnd): void {
    const ok = bounded.kind === 'done'
    record.status = ok ? bounded.status : 'KO'
    if (bounded.code !== undefined) record.code = bounded.code
    if (bounded.output !== undefined) record.output = bounded.output
    if (bounded.input !== undefined) record.input = bounded.input
    Object.assign(record, this.#warnings())
    const fault = ok ? undefined : faultOf(step, bounded)
    if (fault) {
      record.faults = [fault]
      this.#state.faults.push(fault)
    }
    this.#apply(bounded)
    this.#results[step.id] = resultOf(record)
    this.#keep(record)
    this.#state.at = this.#goOn(step, record, bounded, fault)
  }

  /** An output of 1 MiB, a context of 8 MiB (decisions/sizes). */
  #bounded(end: StepEnd): StepEnd {
    if (end.output === undefined || end.output === null) return end
    const bytes = jsonBytes(end.output, limits.stepOutputBytesMax)
    if (bytes === undefined) {
      return { ...failedWith('output_too_large', `The output has more than ${limits.stepOutputBytesMax} bytes.`), input: end.input }
    }
    this.#contextBytes += bytes
    if (this.#contextBytes + this.#earlierBytes() > limits.runContextBytesMax) {
      return failedWith('context_too_large', `The outputs of this run are larger than ${limits.runContextBytesMax} bytes together.`)
    }
    return end
  }

  /** Of the calls before this one; counted only once a call has made something large, because most runs never come near. */
  #earlierBytes(): number {
    if (this.#contextBytes < limits.runContextBytesMax / 16 && this.#state.steps.length < 8) return 0
    this.#earlier ??= this.#state.steps
      .filter((record) => !this.#records.includes(record))
      .reduce((bytes, record) => bytes + Buffer.byteLength(JSON.stringify(record.output) ?? ''), 0)
    return this.#earlier
  }

  #apply({ effect }: StepEnd): void {
    if (effect?.kind === 'message') {
      this.#messages.push(effect.message)
      this.#messageBytes += effect.message.data.length
    }
    if (effect?.kind === 'meta') this.#state.meta = { ...this.#state.meta, ...effect.meta }
    if (effect?.kind === 'reply' && !this.#state.replied) {
      this.#reply = effect.reply
      this.#state.replied = true
    }
  }

  /** The first row of `next` that matches decides; without one OK and SKIP go on, and KO is not handled (decisions/next-decides). */
  #goOn(step: CompiledStep, record: StepRecord, end: StepEnd, fault: Fault | undefined): string | null {
    const row = step.next.find((condition) => matches(condition, record))
    if (row === undefined) {
      if (end.kind === 'failed') return this.#fail(fault!)
      if (end.goes === 'end') return null
      return end.goes === undefined ? step.following : step[end.goes]
    }
    if (row.do === 'end') return null
    if (row.do === 'fail') return this.#fail(fault ?? this.#declaredFault(step, record))
    if (row.do !== 'continue') return row.do.goTo
    return end.kind === 'done' && (end.goes === 'then' || end.goes === 'else') ? step[end.goes] : step.following
  }

  /** A step that went well, and that the flow's author calls a failure all the same. */
  #declaredFault(step: CompiledStep, record: StepRecord): Fault {
    const fault = faultOf(step, failedWith(record.code ?? 'failed', 'The flow says that this is a failure.'))
    this.#state.faults.push(fault)
    return fault
  }

  /** The first KO that nobody handles makes `rescue` run; one in `rescue` ends the run. */
  #fail(fault: Fault): string | null {
    const state = this.#state
    const first = state.failure === null
    state.failure ??= { code: fault.code, message: fault.message, stepId: fault.step_id }
    if (!first || state.section === 'rescue') return null
    state.section = 'rescue'
    return this.#flow.rescue
  }

  #finish(): Advance {
    const { failure } = this.#state
    if (!this.#state.replied) {
      this.#state.replied = true
      const runId = this.#inputs.run.id
      this.#reply =
        failure === null ? okReply(runId) : (this.#inputs.koReply ?? koReply({ code: failure.code, message: failure.message, runId }))
    }
    return this.#stopAt({ kind: 'finished', status: failure === null ? 'ok' : 'ko', code: failure?.code ?? null })
  }

  #stopAt(outcome: RunOutcome): Advance {
    const committing = outcome.kind !== 'compute'
    const effects = { messages: committing ? this.#messages : [], deliveries: this.#deliveries, reply: this.#reply }
    return { state: this.#state, records: this.#records, effects, outcome, defects: this.#defects }
  }

  #keep(record: StepRecord): void {
    this.#state.steps.push(record)
    this.#records.push(record)
  }

  #warnings(): { warnings?: string[] } {
    return this.#missing.size === 0 ? {} : { warnings: [...this.#missing].map((path) => `${path} is not there`) }
  }
}

/** What steps see. A class, because making an object with getters takes longer than many a step. */
class Context implements StepContext {
  readonly trigger: TriggerData
  readonly entry: RunInputs['entry']
  readonly run: RunInputs['run']
  readonly secrets: RunInputs['secrets']
  readonly ids: Ids
  readonly chainEnds: RunInputs['chainEnds']
  readonly steps: Readonly<Record<string, StepResult>>
  readonly missing: (path: string) => void
  readonly turn: Turn | null
  readonly #state: RunState

  constructor(inputs: RunInputs, state: RunState, { steps, missing }: Pick<StepContext, 'steps' | 'missing'>) {
    this.trigger = inputs.trigger
    this.entry = inputs.entry
    this.run = inputs.run
    this.secrets = inputs.secrets
    this.ids = inputs.ids
    this.chainEnds = inputs.chainEnds
    this.steps = steps
    this.missing = missing
    this.turn = inputs.turn
    this.#state = state
  }

  get meta(): RunState['meta'] {
    return this.#state.meta
  }

  get faults(): readonly Fault[] {
    return this.#state.faults
  }

  get answered(): boolean {
    return this.#state.replied
  }

  transformInput(): Readonly<Record<string, unknown>> {
    const { trigger, entry, run, steps, meta, faults } = this
    const { body, query, headers } = trigger
    return { trigger, entry, run, steps, body, query, headers, meta, faults }
  }
}

function resumed(resume: NonNullable<RunInputs['resume']>): StepEnd {
  if (resume.kind === 'computed') {
    const { answer } = resume
    return answer.ok ? { kind: 'done', status: 'OK', output: parseExactJson(answer.output) } : failedWith(answer.code, answer.message)
  }
  const { ok, code, message, status, body } = resume.outcome
  const output = { status, body: bodyValue(body) }
  if (ok) return { kind: 'done', status: 'OK', output }
  return { ...failedWith(code ?? 'failed', message ?? 'The delivery failed.'), output }
}

/** JSON where the receiver sent JSON, else its text. */
function bodyValue(body: string | null): unknown {
  if (body === null || body === '') return null
  try {
    return parseExactJson(body)
  } catch {
    return body
  }
}

/** What data can do to a template or to the engine's own limits; undefined: a defect of ours. */
function failureOfData(error: unknown): StepEnd | undefined {
  if (error instanceof TooLargeError) return failedWith('output_too_large', error.message)
  if (error instanceof TemplateError) return failedWith('template_error', error.message)
  // The call stack, or the longest text there can be.
  if (error instanceof RangeError) return failedWith('template_error', 'What the step makes nests too deep or is too long.')
  return undefined
}

/** What a record shows of what a step was about to do. Headers and names are made from data, of any length. */
function keptInput(input: unknown): unknown {
  return input === undefined || weighsWithin(input, INPUT_BYTES_MAX) ? input : `More than ${INPUT_BYTES_MAX} bytes, which are not kept.`
}

const failedWith = (code: string, message: string): Extract<StepEnd, { kind: 'failed' }> => ({ kind: 'failed', code, message })

function faultOf(step: CompiledStep, { code, message, paths = [] }: Extract<StepEnd, { kind: 'failed' }>): Fault {
  return { provider: step.kind, step_id: step.id, code, message, paths }
}

function resultOf({ status, code, output }: StepRecord): StepResult {
  return { status: status as StepResult['status'], ...(code === undefined ? {} : { code }), ...(output === undefined ? {} : { output }) }
}

function matches({ status, code }: CompiledNext, record: StepRecord): boolean {
  if (code !== undefined && code !== record.code) return false
  if (status === 'TIMEOUT') return record.status === 'KO' && record.code === 'timeout'
  return status === 'any' || status === record.status
}
