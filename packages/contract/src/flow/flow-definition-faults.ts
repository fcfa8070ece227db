import type { z } from 'zod'
import { flowDefinitionSchema, type FlowDefinition } from './flow-definition.ts'
import { sendWebhookStepSchema, stepSchemas, type FlowStep } from './steps.ts'
import { flowLimits } from './flow-limits.ts'
import { flowTriggerSchema } from './flow-trigger.ts'
import { stepSigningSchema } from './step-parts.ts'
import { stepRetryPolicySchema } from '../endpoint/retry-policy.ts'
import { jsonPointer } from '../value/json-pointer.ts'
import { readFlowDefinition } from './read-flow-definition.ts'

/** One thing that is wrong, where (an RFC 6901 JSON pointer), and what would be right. */
export interface DefinitionFault {
  readonly pointer: string
  readonly message: string
  readonly code: string
  /** Of the character in the field's text, from 1: where a template is wrong. */
  readonly position?: number
}

/** JSON nesting of a whole definition: far above sixteen branches with templated bodies, far below what overflows a stack. */
const JSON_DEPTH_MAX = 200

/** Who made so many mistakes made one kind of them. */
const FAULTS_MAX = 200

const kinds = Object.keys(stepSchemas).join(', ')

/**
 * Everything that is wrong with the shape of a definition, 200 faults at most; empty when it has the shape of a `FlowDefinition`.
 *
 * @example
 * flowDefinitionFaults({ name: 'a', trigger: { kind: 'job' }, steps: [{ id: 'x', kind: 'stop', wehn: true }] })
 * // [{ pointer: '/steps/0/wehn', code: 'unknown_field', message: '"wehn" is not a field of a stop step; allowed are kind, id, ...' }]
 */
export function flowDefinitionFaults(input: unknown): DefinitionFault[] {
  const parsed = parseFlowDefinition(input)
  return parsed.ok ? [] : parsed.faults
}

/**
 * A definition, or what is wrong with it. It never throws for what JSON can hold.
 *
 * @example
 * parseFlowDefinition({ name: 'a', trigger: { kind: 'job' }, steps: [] })
 * // { ok: true, definition: { name: 'a', trigger: { kind: 'job' }, steps: [] } }
 * parseFlowDefinition({ name: 'a', trigger: { kind: 'job' } }).faults[0].pointer // '/steps'
 */
export function parseFlowDefinition(input: unknown): { ok: true; definition: FlowDefinition } | { ok: false; faults: DefinitionFault[] } {
  const outsized = faultOfSize(input)
  if (outsized) return { ok: false, faults: [outsized] }
  const faults: DefinitionFault[] = []
  const definition = readFlowDefinition(input, (issues, above) => {
    for (const issue of issues) if (faults.length < FAULTS_MAX) faults.push(...faultsOf(issue, input, above))
    return faults.length < FAULTS_MAX
  })
  if (definition !== undefined) faults.push(...faultsOfTree(definition))
  if (definition === undefined || faults.length > 0) return { ok: false, faults: faults.slice(0, FAULTS_MAX) }
  return { ok: true, definition }
}

interface Place {
  readonly value: object
  readonly key: PropertyKey
  readonly above: Place | undefined
  readonly depth: number
}

interface Size {
  values: number
  /** Of all texts and names. */
  characters: number
  templated: number
}

/** Adds what stands in `value`, itself included. */
function measure(value: unknown, size: Size): Size {
  size.values++
  if (typeof value === 'string') {
    size.characters += value.length
    size.templated += templatedCharacters(value)
  }
  if (typeof value !== 'object' || value === null) return size
  const isList = Array.isArray(value)
  for (const [key, each] of Object.entries(value)) {
    if (!isList) size.characters += key.length
    measure(each, size)
  }
  return size
}

function templatedCharacters(text: string): number {
  let count = 0
  for (let open = text.indexOf('{{'); open >= 0;) {
    const close = text.indexOf('}}', open + 2)
    if (close < 0) return count + text.length - open
    count += close + 2 - open
    open = text.indexOf('{{', close + 2)
  }
  return count
}

/** Walks without recursion, before anything else does: a hundred thousand brackets would overflow the stack, a million texts take a second. */
function faultOfSize(input: unknown): DefinitionFault | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  const open: Place[] = [{ value: input, key: '', above: undefined, depth: 0 }]
  let [values, characters] = [1, 0]
  for (let at = open.pop(); at; at = open.pop()) {
    const pointer = () => jsonPointer(pathOf(at))
    if (at.depth > JSON_DEPTH_MAX) return { pointer: pointer(), code: 'too_deep', message: `Nested deeper than ${JSON_DEPTH_MAX}.` }
    const isList = Array.isArray(at.value)
    for (const [key, value] of Object.entries(at.value)) {
      if (key === '__proto__')
        return { pointer: `${pointer()}/__proto__`, code: 'forbidden_name', message: 'A field cannot be called "__proto__".' }
      if (++values > flowLimits.valuesMax) return tooLarge(`${flowLimits.valuesMax} values`)
      characters += (isList ? 0 : key.length) + (typeof value === 'string' ? value.length : 0)
      if (characters > flowLimits.charactersMax) return tooLarge(`${flowLimits.charactersMax} characters`)
      if (typeof value === 'object' && value !== null) open.push({ value, key, above: at, depth: at.depth + 1 })
    }
  }
  return undefined
}

const tooLarge = (what: string): DefinitionFault => ({
  pointer: '',
  code: 'definition_too_large',
  message: `A flow definition has at most ${what} in all. Split it: one flow can start another with an event.`,
})

function pathOf(place: Place): PropertyKey[] {
  const path: PropertyKey[] = []
  for (let at = place; at.above; at = at.above) path.unshift(at.key)
  return path
}

type Issue = z.core.$ZodIssue

function faultsOf(issue: Issue, input: unknown, above: readonly PropertyKey[]): DefinitionFault[] {
  const path = [...above, ...issue.path]
  const pointer = jsonPointer(path)
  if (issue.code === 'unrecognized_keys') return issue.keys.slice(0, FAULTS_MAX).map((key) => unknownField(key, path, input))
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'kind') return [unknownKind(path, input)]
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = nearestBranch(issue.errors, input, path)
    if (nearest) return nearest.flatMap((inner) => faultsOf(inner, input, path))
    return [
      {
        pointer,
        code: 'invalid_value',
        message: issue.errors
          .flat()
          .map((inner) => inner.message)
          .join(' Or: '),
      },
    ]
  }
  const missing = issue.code === 'invalid_type' && valueAt(input, path) === undefined
  return [{ pointer, code: missing ? 'missing_field' : issue.code, message: issue.message }]
}

/** Of a union's branches, the one whose faults lie deepest: the one its writer meant. Undefined when all fail at the top. */
function nearestBranch(branches: Issue[][], input: unknown, path: readonly PropertyKey[]): Issue[] | undefined {
  const value = valueAt(input, path)
  const fits = branches.filter((issues) => issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'))
  return typeof value === 'object' && value !== null ? fits[0] : undefined
}

function unknownKind(path: readonly PropertyKey[], input: unknown): DefinitionFault {
  const pointer = jsonPointer(path)
  const kind = valueAt(input, path)
  if (path[0] === 'trigger') return { pointer, code: 'unknown_trigger', message: 'A trigger is of kind webhook, job, event or schedule.' }
  if (kind === undefined) return { pointer, code: 'missing_field', message: `A step needs a kind: ${kinds}.` }
  return { pointer, code: 'unknown_step_kind', message: `There is no step of kind ${JSON.stringify(kind)}; there are ${kinds}.` }
}

function unknownField(key: string, path: readonly PropertyKey[], input: unknown): DefinitionFault {
  const { name, fields } = objectAt(path, input)
  const readers = name.endsWith(' step') ? kindsWith(key) : []
  const elsewhere = readers.length > 0 ? ` "${key}" is read by ${readers.join(', ')} only.` : ''
  const message = `"${key}" is not a field of ${name}; allowed are ${fields.join(', ')}.${elsewhere}`
  return { pointer: jsonPointer([...path, key]), code: 'unknown_field', message }
}

/** The kinds of steps that have this field, where not all do. */
function kindsWith(field: string): string[] {
  return Object.entries(stepSchemas).flatMap(([kind, { shape }]) => (Object.hasOwn(shape, field) ? [kind] : []))
}

/** What stands at a path, in words, and the fields that it may have. */
function objectAt(path: readonly PropertyKey[], input: unknown): { name: string; fields: string[] } {
  if (path.length === 0) return { name: 'a flow definition', fields: Object.keys(flowDefinitionSchema.shape) }
  const last = path.at(-1)
  const value = valueAt(input, path)
  const given = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined
  // Anything may stand there, also what cannot be made text.
  const kind = typeof given === 'string' ? given : undefined
  if (path.length === 1 && last === 'trigger') {
    const option = flowTriggerSchema.options.find((each) => each.shape.kind.value === kind)
    return { name: `a ${kind} trigger`, fields: Object.keys(option?.shape ?? {}) }
  }
  if (last === 'signing') return { name: 'signing', fields: Object.keys(stepSigningSchema.shape) }
  if (last === 'retryPolicy') return { name: 'a retry policy', fields: Object.keys(stepRetryPolicySchema.options[1].shape) }
  if (last === 'do') return { name: 'do', fields: ['steps'] }
  if (path.at(-2) === 'next') return { name: 'a next condition', fields: ['status', 'code', 'do'] }
  const schema =
    kind !== undefined && Object.hasOwn(stepSchemas, kind) ? stepSchemas[kind as keyof typeof stepSchemas] : sendWebhookStepSchema
  return { name: `a ${kind} step`, fields: Object.keys(schema.shape).sort(kindFirst) }
}

const kindFirst = (a: string, b: string): number => Number(b === 'kind') - Number(a === 'kind')

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

function tooMuchOf(step: object): string | undefined {
  const { stepValuesMax, stepCharactersMax, stepTemplatedCharactersMax } = flowLimits
  const { values, characters, templated } = measure(step, { values: 0, characters: 0, templated: 0 })
  if (values > stepValuesMax) return `${stepValuesMax} values`
  if (characters > stepCharactersMax) return `${stepCharactersMax} characters`
  return templated > stepTemplatedCharactersMax ? `${stepTemplatedCharactersMax} characters between {{ and }}` : undefined
}

/** What only the whole tree shows: ids that stand twice, too many steps, too deep. */
function faultsOfTree(definition: FlowDefinition): DefinitionFault[] {
  const faults: DefinitionFault[] = []
  const pointers = new Map<string, string>()
  walkSteps(definition, (step, path, depth) => {
    const pointer = jsonPointer([...path, 'id'])
    const first = pointers.get(step.id)
    if (first !== undefined) faults.push({ pointer, code: 'duplicate_step_id', message: `The id "${step.id}" stands at ${first} already.` })
    else pointers.set(step.id, pointer)
    const {
      then: _then,
      else: _else,
      steps: _steps,
      next: _next,
      ...own
    } = step as FlowStep & { then?: unknown; else?: unknown; steps?: unknown }
    const tooMuch = tooMuchOf(own)
    if (tooMuch !== undefined) {
      const message = `A step has at most ${tooMuch} in all. Split it into two.`
      faults.push({ pointer: jsonPointer(path), code: 'step_too_large', message })
    }
    if (depth === flowLimits.depthMax + 1) {
      faults.push({ pointer: jsonPointer(path), code: 'too_deep', message: `Steps nest ${flowLimits.depthMax} deep at most.` })
    }
  })
  if (pointers.size > flowLimits.stepsMax) {
    faults.push({ pointer: '/steps', code: 'too_many_steps', message: `A flow has ${flowLimits.stepsMax} steps at most.` })
  }
  return faults
}

/**
 * Visits every step, branches, `next` and `rescue` included, in the order of the text.
 *
 * @param visit Called with where the step stands, and how deep: 1 at the top.
 * @example
 * const steps = [{ id: 'large', kind: 'branch', if: true, then: [{ id: 'done', kind: 'stop' }] }]
 * const seen = []
 * walkSteps({ name: 'a', trigger: { kind: 'job' }, steps }, ({ id }, path, depth) => seen.push([id, depth]))
 * seen // [['large', 1], ['done', 2]]
 */
export function walkSteps(
  definition: FlowDefinition,
  visit: (step: FlowDefinition['steps'][number], path: readonly PropertyKey[], depth: number) => void,
): void {
  const list = (steps: FlowDefinition['steps'], path: readonly PropertyKey[], depth: number): void => {
    for (const [index, step] of steps.entries()) {
      const at = [...path, index]
      visit(step, at, depth)
      if (step.kind === 'branch') {
        list(step.then ?? [], [...at, 'then'], depth + 1)
        list(step.else ?? [], [...at, 'else'], depth + 1)
      }
      if (step.kind === 'for_each') list(step.steps, [...at, 'steps'], depth + 1)
      for (const [row, condition] of (step.next ?? []).entries()) {
        if (typeof condition.do === 'object') list(condition.do.steps, [...at, 'next', row, 'do', 'steps'], depth + 1)
      }
    }
  }
  list(definition.steps, ['steps'], 1)
  list(definition.rescue ?? [], ['rescue'], 1)
}
