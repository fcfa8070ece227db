import { limits, type DeliveryId, type Fault, type Reply } from '#domain'
import type { CompiledFlow, CompiledStep } from '../definition/compiled-flow.ts'
import type { StepResult } from '../mapping/context.ts'
import { deliveriesAside, firstMoment, Inbox, nextReady, setAside, takeUp } from './beside.ts'
import { ContextBytes } from './context-bytes.ts'
import { deadlineOf, isOver, runDeadline } from './deadlines.ts'
import { koReply, okReply } from './default-reply.ts'
import { isSeen, itemOf, loopBeside, loopRecordsMax, openRecordOf, placeKey, resultsOfItems, type Loop, type LoopBeside } from './loops.ts'
import { RunContext } from './run-context.ts'
import type { RunInputs, StoppedStep } from './run-inputs.ts'
import type { Advance, PlacedDelivery, RunOutcome, StepDefect } from './run-outcome.ts'
import type { RunState } from './run-state.ts'
import { endOfLoop, failedWith, failureOfData, faultOf, matches, resultOf, resumed } from './step-end.ts'
import type { EmittedMessage, StepContext, StepEnd, StepOutcome } from './step-outcome.ts'
import { inputCut, isKept, unheard, warningsOf, type StepRecord } from './step-record.ts'
import { Elsewhere } from './turn.ts'

/**
 * Runs a flow from `state` until something must be committed or computed elsewhere. Pure: whoever is not content with the time that
 * it takes lets it go, and calls it again in another place.
 *
 *   main --step--> main ... --end--> finished ok
 *     | a KO that no `next` row handles
 *     v
 *   rescue (if the flow has one) --step--> rescue ... --end--> finished ko
 *
 * Both sections stop on the way: `compute`, `parked`, `waits` and `waits_beside` at a step that has not ended, `reply_segment` and `so_far` after one that has.
 */
export function advance(flow: CompiledFlow, state: RunState, inputs: RunInputs): Advance {
  return new Interpreter(flow, state, inputs).go()
}

/** Steps in one call: branches cannot loop, so a run is shorter than its flow; this only guards the guard. */
const STEPS_MAX = 10_000

/** A call that has taken so long stops after its step: if a later one is ended from outside, so much at most is done again. */
const SO_FAR_MS = 250
/** Each message is written for every endpoint that wants it, so a commit has no more of them. */
const SO_FAR_MESSAGE_BYTES = limits.payloadBytesMax
const SO_FAR_MESSAGES = 32
/** Of loops: so much stands in the row with each commit. */
const SO_FAR_RECORDS = 1000
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
  readonly #deliveries: PlacedDelivery[] = []
  readonly #defects: StepDefect[] = []
  #reply: Reply | null = null
  #givenUp: readonly DeliveryId[]
  readonly #inbox: Inbox
  #missing = new Set<string>()
  #resume: RunInputs['resume']
  readonly #bytes: ContextBytes
  #messageBytes = 0
  #stoppedNow = false
  readonly #beganAt: number
  #now: number

  constructor(flow: CompiledFlow, state: RunState, inputs: RunInputs) {
    this.#flow = flow
    // Records and meta are replaced and never changed, so this is a copy of its own.
    this.#state = { ...state, steps: [...state.steps], faults: [...state.faults] }
    this.#bytes = new ContextBytes(this.#state, this.#records)
    this.#inputs = inputs
    this.#beganAt = this.#now = inputs.clock.monotonic()
    this.#resume = loopBeside(state.loops) !== undefined && inputs.resume?.kind === 'due' ? undefined : inputs.resume
    const carried = inputs.resume?.kind === 'computed' ? inputs.resume.carried : undefined
    this.#messages = [...(carried?.messages ?? [])]
    this.#givenUp = carried?.givenUp ?? []
    this.#inbox = new Inbox(inputs.wakes)
    this.#see()
    this.#context = new RunContext(inputs, this.#state, { steps: this.#results, missing: (path) => void this.#missing.add(path) })
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

  #see(): void {
    const { steps, loops } = this.#state
    for (const record of steps) if (record.status !== 'RUN' && isSeen(record, loops)) this.#results[record.id] = resultOf(record)
  }

  #hasDoneMuch(): boolean {
    if (this.#stoppedNow || this.#now - this.#beganAt > SO_FAR_MS || this.#records.length >= SO_FAR_RECORDS) return true
    return this.#messages.length >= SO_FAR_MESSAGES || this.#messageBytes >= SO_FAR_MESSAGE_BYTES
  }

  /** Undefined: the step has ended, and `at` is where the flow goes on. */
  #runStep(step: CompiledStep): RunOutcome | undefined {
    const { clock, turn, onStep } = this.#inputs
    const loop = this.#state.loops?.at(-1)
    // What waited or was computed comes to its own end first.
    const isAwaited = this.#resume !== undefined || (loop?.beside?.aside.length ?? 0) > 0
    if (!isAwaited && this.#runDeadline() <= clock.now()) return this.#endForTime(step)
    if (loop?.step === step.id) return loop.beside === undefined ? this.#nextItem(step, loop) : this.#nextBeside(step, loop as LoopBeside)
    if (loop !== undefined && this.#resume === undefined && isOver(this.#state.loops, this.#inputs.clock.now())) {
      this.#state.at = loop.step
      return undefined
    }
    const place = placeKey(step.id, this.#state.loops)
    onStep?.(place)
    const resume = this.#resume
    this.#resume = undefined
    const carried = resume?.kind === 'computed' ? resume.carried : undefined
    const record = this.#openRecord(step, carried?.startedAt ?? clock.now())
    const beganAt = carried?.beganAt ?? clock.monotonic()
    this.#missing = new Set()
    const outcome = this.#outcome(step, resume)
    // What others sent leaves first: a call that computes commits nothing, and begins this step anew.
    if (outcome.kind === 'compute' && this.#deliveries.length > 0) return { kind: 'so_far' }
    if (outcome.kind === 'compute') {
      return {
        ...outcome,
        place,
        deadline: this.#deadline(step, record),
        carried: { messages: this.#messages, givenUp: this.#givenUp, startedAt: record.startedAt, beganAt },
      }
    }
    if (outcome.kind === 'park' || outcome.kind === 'wait') return this.#wait(step, outcome, record)
    if (outcome.kind === 'each' && outcome.items.length > 0) return this.#beginLoop(step, record, outcome)
    const waited = this.#state.waiting !== null
    if (resume?.kind === 'timed_out' && this.#state.waiting !== null && 'delivery' in this.#state.waiting)
      this.#givenUp = [...this.#givenUp, this.#state.waiting.delivery]
    this.#state.waiting = null
    const now = (this.#now = clock.monotonic())
    record.durationMs = waited ? Math.max(0, clock.now() - record.startedAt) : Math.round((now - beganAt) * 1000) / 1000
    this.#end(step, record, outcome.kind === 'each' ? { kind: 'done', status: 'OK', output: [] } : outcome)
    // What has come to its end is taken as it is.
    if (turn !== null && this.#state.at !== null) {
      turn.at(now)
      if (this.#bytes.own + this.#messageBytes > INLINE_CONTEXT_BYTES_MAX) throw new Elsewhere()
    }
    return undefined
  }

  #wait(step: CompiledStep, outcome: Extract<StepOutcome, { kind: 'park' | 'wait' }>, record: StepRecord): RunOutcome | undefined {
    const deadline = this.#deadline(step, record)
    const limit = deadline === null ? {} : { deadline }
    const { startedAt } = record
    const cut = outcome.truncatedBytes === undefined ? {} : { truncatedBytes: outcome.truncatedBytes }
    const caused = outcome.kind === 'wait' ? { until: outcome.until } : { made: outcome.delivery.id }
    this.#keep({ ...record, status: 'RUN', input: outcome.input, ...cut, ...warningsOf(this.#missing), ...caused })
    const waiting = { ...(outcome.kind === 'wait' ? { until: outcome.until } : { delivery: outcome.delivery.id }), startedAt, ...limit }
    if (outcome.kind === 'park') {
      this.#deliveries.push({ ...outcome.delivery, place: placeKey(step.id, this.#state.loops) })
      this.#messageBytes += outcome.delivery.body.length
    }
    if (loopBeside(this.#state.loops) !== undefined) {
      setAside(this.#state, waiting)
      return undefined
    }
    this.#state.waiting = waiting
    if (outcome.kind === 'wait') return { kind: 'waits', until: Math.min(outcome.until, deadline ?? Infinity) }
    return { kind: 'parked', delivery: outcome.delivery.id, deadline }
  }

  #runDeadline(): number {
    return runDeadline(this.#flow, this.#state, this.#inputs.run.createdAt)
  }

  #deadline(step: CompiledStep, { startedAt }: StepRecord): number | null {
    return deadlineOf({ ...step, startedAt }, this.#state.loops, this.#runDeadline())
  }

  /** As a KO that nobody handles, wherever it stands. */
  #endForTime(step: CompiledStep): undefined {
    if (this.#state.loops !== undefined) this.#leaveLoops()
    const fault = faultOf(step, failedWith('timeout', 'The run took longer than it may.'))
    this.#state.faults.push(fault)
    this.#state.at = this.#fail(fault)
  }

  /** A record that stands as RUN is the one of the step that waited: it is closed, not written twice. */
  #openRecord(step: CompiledStep, startedAt: number): StepRecord {
    const { steps, waiting, loops } = this.#state
    const item = itemOf(loops)
    const index = waiting === null ? -1 : openRecordOf(steps, step.id, item)
    if (index >= 0) return { ...steps.splice(index, 1)[0]! }
    return { id: step.id, kind: step.kind, ...(item && { item }), status: 'RUN', startedAt, durationMs: 0 }
  }

  #beginLoop(step: CompiledStep, record: StepRecord, { items, concurrency }: Extract<StepOutcome, { kind: 'each' }>): undefined {
    this.#keep({ ...record, ...warningsOf(this.#missing) })
    const { loops = [] } = this.#state
    const deadline = step.timeoutMs === undefined ? {} : { deadline: record.startedAt + step.timeoutMs }
    const beside = concurrency === 1 || loopBeside(loops) !== undefined ? {} : { beside: { most: concurrency, begun: 1, aside: [] } }
    this.#state.loops = [...loops, { step: step.id, items, index: 0, failed: 0, ...deadline, ...beside }]
    this.#state.at = step.then
  }

  /** An item has come to its end: the next one, or the loop's own end. */
  #nextItem(step: CompiledStep, loop: Loop): undefined {
    for (const id of step.inner) delete this.#results[id]
    const index = loop.index + 1
    if (this.#mayBegin(loop, index)) this.#beginItem(step, { ...loop, index })
    else this.#endLoop(step, loop, index)
  }

  /** Those of a loop whose items run beside each other: one that waited goes on, or another begins, or all wait. */
  #nextBeside(step: CompiledStep, loop: LoopBeside): RunOutcome | undefined {
    const state = this.#state
    const { most, begun, aside } = loop.beside
    for (const id of step.inner) delete this.#results[id]
    const ready = nextReady(loop, { inbox: this.#inbox, now: this.#inputs.clock.now(), isDue: this.#inputs.resume?.kind === 'due' })
    if (ready !== undefined) {
      takeUp(state, ready.item)
      this.#resume = ready.resume
      this.#see()
      // At once: what it waited for is heard, and kept nowhere until the step has ended.
      return this.#runStep(this.#flow.steps.get(state.at!)!)
    }
    if (aside.length < most && this.#mayBegin(loop, begun))
      return this.#beginItem(step, { ...loop, index: begun, beside: { ...loop.beside, begun: begun + 1 } })
    if (aside.length > 0) return { kind: 'waits_beside', until: firstMoment(loop) }
    return this.#endLoop(step, loop, begun)
  }

  #mayBegin({ items }: Loop, index: number): boolean {
    const { steps, loops } = this.#state
    return index < items.length && steps.length < loopRecordsMax && !isOver(loops, this.#inputs.clock.now())
  }

  #beginItem(step: CompiledStep, loop: Loop): undefined {
    this.#state.loops = [...this.#state.loops!.slice(0, -1), loop]
    this.#state.at = step.then
  }

  /** After `index` items. */
  #endLoop(step: CompiledStep, loop: Loop, index: number): undefined {
    const state = this.#state
    const isLeft = index < loop.items.length
    const isFull = isLeft && state.steps.length >= loopRecordsMax
    const isLate = isLeft && isOver(state.loops, this.#inputs.clock.now())
    const outer = state.loops!.slice(0, -1)
    state.loops = outer.length === 0 ? undefined : outer
    const [record] = state.steps.splice(openRecordOf(state.steps, step.id, itemOf(state.loops)), 1)
    const output = resultsOfItems(state.steps, itemOf(state.loops) ?? [], index)
    const ended = { ...record!, durationMs: Math.max(0, this.#inputs.clock.now() - record!.startedAt) }
    this.#missing = new Set()
    this.#end(step, ended, this.#bytes.bounded(endOfLoop({ ...loop, index }, { output, isFull, isLate })))
  }

  /** Whatever is thrown in a step is its failure, our own defect included, so that `rescue` can act (decisions/a-failure-inside-a-step). */
  #outcome(step: CompiledStep, resume: RunInputs['resume']): StepOutcome {
    try {
      if (this.#inputs.stopped?.step === placeKey(step.id, this.#state.loops)) return this.#stopped(this.#inputs.stopped)
      const outcome = resume ? this.#resumed(step, resume) : this.#attempt(step)
      if (outcome.kind === 'compute' || outcome.kind === 'each') return outcome
      const bounded = outcome.kind === 'park' || outcome.kind === 'wait' ? outcome : this.#bytes.bounded(outcome)
      return isKept(bounded.input) ? bounded : { ...bounded, ...inputCut }
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

  #resumed(step: CompiledStep, resume: NonNullable<RunInputs['resume']>): StepEnd {
    const end = resumed(resume)
    return resume.kind === 'computed' && step.conclude !== undefined ? step.conclude(this.#context, end) : end
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
    if (bounded.truncatedBytes !== undefined) record.truncatedBytes = bounded.truncatedBytes
    Object.assign(record, warningsOf(this.#missing))
    if (bounded.effect?.kind === 'reply' && !this.#inputs.isHeard) record.warnings = [...(record.warnings ?? []), unheard]
    if (bounded.effect?.kind === 'message') record.made = bounded.effect.message.id
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
      // A filter in a loop ends its item, and `stop` the run.
      if (end.goes === 'end') return step.kind === 'stop' ? null : (this.#state.loops?.at(-1)?.step ?? null)
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

  /** In a loop it ends the item. Elsewhere the first KO that nobody handles makes `rescue` run; one in `rescue` ends the run. */
  #fail(fault: Fault): string | null {
    const state = this.#state
    const loop = state.loops?.at(-1)
    if (loop !== undefined) {
      state.loops = [...state.loops!.slice(0, -1), { ...loop, failed: loop.failed + 1 }]
      return loop.step
    }
    const first = state.failure === null
    state.failure ??= { code: fault.code, message: fault.message, stepId: fault.step_id }
    if (!first || state.section === 'rescue') return null
    state.section = 'rescue'
    return this.#flow.rescue
  }

  #finish(): Advance {
    const { failure, loops } = this.#state
    if (loops !== undefined) this.#leaveLoops()
    // Where nobody waits, only what the flow itself says is an answer.
    if (!this.#state.replied && this.#inputs.isHeard) {
      this.#state.replied = true
      const runId = this.#inputs.run.id
      this.#reply =
        failure === null ? okReply(runId) : (this.#inputs.koReply ?? koReply({ code: failure.code, message: failure.message, runId }))
    }
    return this.#stopAt({ kind: 'finished', status: failure === null ? 'ok' : 'ko', code: failure?.code ?? null })
  }

  /** The run ends inside of them. */
  #leaveLoops(): void {
    this.#givenUp = [...this.#givenUp, ...deliveriesAside(this.#state.loops)]
    this.#state.loops = undefined
    this.#state.steps = this.#state.steps.map((record) => (record.status === 'RUN' ? { ...record, status: 'SKIP', code: 'ended' } : record))
  }

  #stopAt(outcome: RunOutcome): Advance {
    const committing = outcome.kind !== 'compute'
    const effects = {
      messages: committing ? this.#messages : [],
      deliveries: this.#deliveries,
      givenUp: this.#givenUp,
      heard: loopBeside(this.#state.loops) === undefined ? null : this.#inbox.heard,
      reply: this.#reply,
    }
    return { state: this.#state, records: this.#records, effects, outcome, defects: this.#defects }
  }

  #keep(record: StepRecord): void {
    this.#state.steps.push(record)
    this.#records.push(record)
  }
}
