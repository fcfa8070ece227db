import { walkSteps, type DefinitionFault, type FlowDefinition, type FlowStep, type NextCondition } from '@posthorn/contract'
import { isEventTypePattern } from '#domain'
import { inTurns } from '#platform/for-children'
import type { CompiledFlow, CompiledNext, CompiledStep } from './compiled-flow.ts'
import { whyNeverBefore, type StepPlace } from './ran-before.ts'
import type { Expressions } from './read-expressions.ts'
import { createSlots, type FieldRead, type Slots } from '../mapping/slots.ts'
import type { RunStep } from '../segment/step-outcome.ts'
import { compileBranchStep } from '../steps/branch.ts'
import { compileCodeStep } from '../steps/code.ts'
import { compileDelayStep } from '../steps/delay.ts'
import { compileEmitEventStep } from '../steps/emit-event.ts'
import { compileFailStep } from '../steps/fail.ts'
import { compileFilterStep } from '../steps/filter.ts'
import { compileSendWebhookStep } from '../steps/send-webhook.ts'
import { compileForEachStep } from '../steps/for-each.ts'
import { compileHttpRequestStep } from '../steps/http-request.ts'
import { compileLoadEntryStep } from '../steps/load-entry.ts'
import { compileSaveEntryStep } from '../steps/save-entry.ts'
import { compileSetMetaStep } from '../steps/set-meta.ts'
import { compileStopStep } from '../steps/stop.ts'
import { transformAway } from '../steps/transform-away.ts'
import { compileTransformStep } from '../steps/transform.ts'
import { compileValidateStep } from '../steps/validate.ts'
import { compileWebhookResponseStep } from '../steps/webhook-response.ts'

export type FlowCompilation =
  | { readonly ok: true; readonly flow: CompiledFlow; readonly warnings: readonly DefinitionFault[]; readonly reads: readonly FieldRead[] }
  | { readonly ok: false; readonly faults: readonly DefinitionFault[] }

/** `kept`: it was published, maybe by a version that had fewer rules, so what is refused when it is saved becomes a warning. */
interface Compilation {
  readonly kept?: boolean
}

/** Step by step, with turns for everybody else in between: the limits of a step bound what one turn takes. */
export async function compileInTurns(
  definition: FlowDefinition,
  expressions: Expressions | 'away',
  compilation: Compilation = {},
): Promise<FlowCompilation> {
  const work = compiling(definition, expressions, compilation)
  let end: FlowCompilation | undefined
  await inTurns(() => {
    const { done, value } = work.next()
    if (done) end = value
    return done === true
  })
  return end!
}

/** In one go: for what is small, and for processes of their own. `away`: expressions are computed by processes that have no secrets. */
export function compileDefinition(
  definition: FlowDefinition,
  expressions: Expressions | 'away',
  compilation: Compilation = {},
): FlowCompilation {
  const work = compiling(definition, expressions, compilation)
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

/** Yields after each step. */
function* compiling(
  definition: FlowDefinition,
  expressions: Expressions | 'away',
  { kept = false }: Compilation,
): Generator<undefined, FlowCompilation> {
  const faults: DefinitionFault[] = []
  const warnings: DefinitionFault[] = []
  const placed = placeSteps(definition)
  const places = new Map(placed.map((place) => [place.step.id, place]))
  const stepIds = new Set(places.keys())
  const steps = new Map<string, CompiledStep>()
  const secrets = new Map<string, string>()
  const reads = new Map<string, FieldRead>()
  const onRead = (read: FieldRead): void => {
    const path = read.path.join('\n')
    if (reads.size < READS_MAX && !reads.has(path)) reads.set(path, read)
  }
  for (const place of placed) {
    const onSecret = (name: string, pointer: string) => void (secrets.has(name) || secrets.set(name, pointer))
    const neverBefore = (id: string) => (places.has(id) ? whyNeverBefore(id, places.get(id)!, place) : undefined)
    const slots = createSlots({ path: place.path, stepIds, neverBefore, faults, warnings, onSecret, onRead })
    const step = compileStep(place, { definition, slots, expressions })
    steps.set(place.step.id, kept ? stepToRun(step, faults) : step)
    if (kept) warnings.push(...faults.splice(0))
    yield undefined
  }
  checkTrigger(definition, faults)
  if (kept) warnings.push(...faults.splice(0))
  if (faults.length > 0) return { ok: false, faults }
  const kinds = (kind: FlowStep['kind']) => placed.filter(({ step }) => step.kind === kind).map(({ step }) => step.id)
  const flow: CompiledFlow = {
    name: definition.name,
    definition,
    trigger: definition.trigger,
    steps,
    first: definition.steps[0]?.id ?? null,
    rescue: definition.rescue?.[0]?.id ?? null,
    timeoutMs: definition.timeoutMs,
    hasResponse: kinds('webhook_response').length > 0,
    sendingSteps: [...kinds('send_webhook'), ...kinds('http_request')],
    secrets,
  }
  return { ok: true, flow, warnings, reads: [...reads.values()] }
}

/** Fields of requests that are compared with what the listener expects. */
const READS_MAX = 200

/** What a field with one of these compiles to says something else than its owner wrote. */
const UNREADABLE: ReadonlySet<string> = new Set(['template_error', 'invalid_url', 'invalid_condition'])

/** A step that this version cannot read any more fails when it is reached, and the flow goes on as after any failure. */
function stepToRun(step: CompiledStep, faults: readonly DefinitionFault[]): CompiledStep {
  const fault = faults.find(({ code }) => UNREADABLE.has(code))
  if (fault === undefined) return step
  const { code, message } = fault
  return { ...step, when: undefined, conclude: undefined, run: () => ({ kind: 'failed', code, message }) }
}

interface Place extends StepPlace {
  readonly step: FlowStep
  readonly following: string | null
}

/** Every step with its place in the text and the step that comes after it; after the last of a list, what follows the list. */
function placeSteps(definition: FlowDefinition): Place[] {
  const following = new Map<FlowStep, string | null>()
  const link = (list: readonly FlowStep[], after: string | null): void => {
    for (const [index, step] of list.entries()) {
      const next = list[index + 1]?.id ?? after
      following.set(step, next)
      if (step.kind === 'branch') for (const branch of [step.then, step.else]) link(branch ?? [], next)
      // After the last of its steps the loop itself is asked how to go on.
      if (step.kind === 'for_each') link(step.steps, step.id)
      for (const condition of step.next ?? []) if (typeof condition.do === 'object') link(condition.do.steps, next)
    }
  }
  link(definition.steps, null)
  link(definition.rescue ?? [], null)
  const placed: Place[] = []
  walkSteps(definition, (step, path) => placed.push({ step, path, order: placed.length, following: following.get(step) ?? null }))
  return placed
}

interface Compiling {
  readonly definition: FlowDefinition
  readonly slots: Slots
  readonly expressions: Expressions | 'away'
}

function compileStep({ step, following }: Place, compiling: Compiling): CompiledStep {
  const { slots } = compiling
  const compiled = compileKind(step, compiling)
  const lists = step.kind === 'branch' ? step : step.kind === 'for_each' ? { then: step.steps, else: undefined } : undefined
  return {
    id: step.id,
    kind: step.kind,
    when: step.when === undefined ? undefined : slots.condition(step.when, 'when'),
    ...(typeof compiled === 'function' ? { run: compiled, conclude: undefined } : compiled),
    timeoutMs:
      step.kind === 'send_webhook' || step.kind === 'http_request' ? step.totalTimeoutMs : 'timeoutMs' in step ? step.timeoutMs : undefined,
    next: (step.next ?? []).map((condition) => compileNext(condition, following)),
    following,
    then: lists?.then?.[0]?.id ?? following,
    else: lists?.else?.[0]?.id ?? following,
    inner: step.kind === 'for_each' ? idsWithin(step.steps) : [],
  }
}

function idsWithin(steps: readonly FlowStep[]): string[] {
  const ids: string[] = []
  walkSteps({ name: '', trigger: { kind: 'job' }, steps: [...steps] }, ({ id }) => void ids.push(id))
  return ids
}

function compileKind(step: FlowStep, { definition, slots, expressions }: Compiling): RunStep | Pick<CompiledStep, 'run' | 'conclude'> {
  switch (step.kind) {
    case 'transform':
      return expressions === 'away' ? transformAway(step) : compileTransformStep(step, slots, expressions)
    case 'code':
      return compileCodeStep(step, slots, expressions)
    case 'validate':
      return compileValidateStep(step, slots, expressions)
    case 'delay':
      return compileDelayStep(step, slots)
    case 'branch':
      return compileBranchStep(step, slots)
    case 'for_each':
      return compileForEachStep(step, slots)
    case 'filter':
      return compileFilterStep(step, slots)
    case 'set_meta':
      return compileSetMetaStep(step, slots)
    case 'send_webhook':
      return compileSendWebhookStep(step, slots)
    case 'http_request':
      return compileHttpRequestStep(step, slots)
    case 'emit_event':
      return compileEmitEventStep(step, slots)
    case 'save_entry':
      return compileSaveEntryStep(step, slots)
    case 'load_entry':
      return compileLoadEntryStep(step, slots)
    case 'webhook_response':
      // R51: nobody waits for the answer of a job or an event.
      if (definition.trigger.kind !== 'webhook') {
        slots.fault(['kind'], 'response_without_webhook', 'A webhook_response needs a flow that a webhook listener starts.')
      }
      return compileWebhookResponseStep(step, slots)
    case 'stop':
      return compileStopStep()
    case 'fail':
      return compileFailStep(step, slots)
  }
}

function compileNext(condition: NextCondition, following: string | null): CompiledNext {
  const { status, code, do: what } = condition
  return { status, code, do: typeof what === 'object' ? { goTo: what.steps[0]?.id ?? following } : what }
}

function checkTrigger({ trigger }: FlowDefinition, faults: DefinitionFault[]): void {
  if (trigger.kind !== 'event') return
  for (const [index, pattern] of trigger.eventTypes.entries()) {
    if (isEventTypePattern(pattern)) continue
    const message = 'Give an event type, "*", or a group such as "invoice.*".'
    faults.push({ pointer: `/trigger/eventTypes/${index}`, code: 'invalid_event_type', message })
  }
}
