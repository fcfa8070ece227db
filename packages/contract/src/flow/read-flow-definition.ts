import type { z } from 'zod'
import { faultSentence } from '../api/fault-sentence.ts'
import { flowDefinitionSchema, type FlowDefinition } from './flow-definition.ts'
import { stepSchema, type FlowStep } from './steps.ts'
import { flowLimits } from './flow-limits.ts'

/** Hears what is wrong with one piece, whose issues are reported from `above` on. False: nobody wants to hear more. */
export type HearIssues = (issues: readonly z.core.$ZodIssue[], above: readonly PropertyKey[]) => boolean

/**
 * A definition by its schema, step by step. In one piece it would be read to its end whatever is wrong with it, and half a million
 * characters have room for two thousand mistakes, each put in words: sixty milliseconds. Undefined: something is wrong.
 */
export function readFlowDefinition(input: unknown, hear: HearIssues): FlowDefinition | undefined {
  const reading: Reading = { hear, isOver: false, isWrong: false }
  const definition = read(flowDefinitionSchema, isObject(input) ? withoutLists(input, ['steps', 'rescue']) : input, [], reading)
  if (!isObject(input)) return undefined
  const steps = readList(input['steps'], ['steps'], reading)
  const rescue = readList(input['rescue'], ['rescue'], reading)
  if (reading.isWrong || definition === undefined) return undefined
  return { ...definition, steps, ...(definition.rescue && { rescue }) }
}

interface Reading {
  readonly hear: HearIssues
  isWrong: boolean
  isOver: boolean
}

type Members = Readonly<Record<string, unknown>>

function read<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[], reading: Reading): T | undefined {
  const parsed = schema.safeParse(value, { error: faultSentence })
  if (parsed.success) return parsed.data
  report(parsed.error.issues, path, reading)
  return undefined
}

function report(issues: readonly z.core.$ZodIssue[], path: readonly PropertyKey[], reading: Reading): void {
  reading.isWrong = true
  reading.isOver ||= !reading.hear(issues, path)
}

/** What is no list was reported with what it stands in. */
function readList(list: unknown, path: readonly PropertyKey[], reading: Reading): FlowStep[] {
  if (!Array.isArray(list)) return []
  if (list.length > flowLimits.stepsMax) {
    report([tooMany(list, flowLimits.stepsMax, 'items')], path, reading)
    return []
  }
  const steps: FlowStep[] = []
  for (const [index, step] of list.entries()) {
    if (reading.isOver) break
    const made = readStep(step, [...path, index], reading)
    if (made !== undefined) steps.push(made)
  }
  return steps
}

/** First what is its own, then the steps inside it. */
function readStep(step: unknown, path: readonly PropertyKey[], reading: Reading): FlowStep | undefined {
  if (!isObject(step)) return read(stepSchema, step, path, reading)
  const { headers, next } = step
  const hasTooMany = isObject(headers) && Object.keys(headers).length > flowLimits.headersMax
  if (hasTooMany) report([tooMany(headers, flowLimits.headersMax, 'headers')], [...path, 'headers'], reading)
  const own = {
    ...withoutLists(step, ['then', 'else', 'steps']),
    ...(hasTooMany && { headers: {} }),
    ...(Array.isArray(next) && { next: next.map(withoutSteps) }),
  }
  const made = read(stepSchema, own, path, reading)
  const list = (value: unknown, ...below: PropertyKey[]) => readList(value, [...path, ...below], reading)
  const [then, otherwise] = [list(step['then'], 'then'), list(step['else'], 'else')]
  const each = list(step['steps'], 'steps')
  const after = Array.isArray(next) ? next.map((row, index) => list(stepsOf(row), 'next', index, 'do', 'steps')) : []
  return made && completed(made, { then, otherwise, each, after })
}

interface Inside {
  readonly then: FlowStep[]
  readonly otherwise: FlowStep[]
  /** Of a loop. */
  readonly each: FlowStep[]
  /** Of each row of `next`. */
  readonly after: readonly FlowStep[][]
}

function completed(step: FlowStep, { then, otherwise, each, after }: Inside): FlowStep {
  for (const [index, condition] of (step.next ?? []).entries()) {
    if (typeof condition.do === 'object') condition.do = { steps: after[index]! }
  }
  if (step.kind === 'for_each') return { ...step, steps: each }
  if (step.kind !== 'branch') return step
  return { ...step, ...(step.then && { then }), ...(step.else && { else: otherwise }) }
}

function withoutLists(value: Members, names: readonly string[]): Members {
  const own = { ...value }
  for (const name of names) if (Array.isArray(own[name])) own[name] = []
  return own
}

function withoutSteps(row: unknown): unknown {
  return stepsOf(row) === undefined ? row : { ...(row as Members), do: withoutLists((row as Members)['do'] as Members, ['steps']) }
}

function stepsOf(row: unknown): unknown {
  return isObject(row) && isObject(row['do']) ? row['do']['steps'] : undefined
}

function tooMany(input: object, maximum: number, what: string): z.core.$ZodIssue {
  return { code: 'too_big', origin: 'array', maximum, input, path: [], message: `Give at most ${maximum} ${what}.` }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
}

/** A number of many digits, as an exact parser gives it (`JSON.rawJSON`), is an object in JavaScript, and nowhere else. */
function isRawNumber(value: unknown): boolean {
  return (JSON as { isRawJSON?(value: unknown): boolean }).isRawJSON?.(value) ?? false
}
