import { nameInPath } from '../../../lib/text/json-path.ts'

/** What the fields of a step can read, as a tree. */
export interface Variable {
  /** As it is written between the braces. */
  readonly path: string
  readonly name: string
  readonly type: string
  /** Its value in the sample that is shown, in one line; of what has parts, nothing. */
  readonly value: string
  /** In how many samples it was there. */
  readonly seen: number
  readonly children: readonly Variable[]
}

/** Below it a tree is read in the inspector, not here. */
const DEPTH_MAX = 8
const VALUE_MAX = 80

/**
 * The tree of what is in `shown`, with what only other samples have after it. Of a list the first item stands for all: what is mapped
 * from a list by its place is rare, and `[0]` says how it is written.
 */
export function variablesOf(name: string, shown: unknown, samples: readonly unknown[]): Variable {
  return variable({ path: name, name, shown, samples, depth: 0 })
}

interface Part {
  readonly path: string
  readonly name: string
  readonly shown: unknown
  readonly samples: readonly unknown[]
  readonly depth: number
}

function variable({ path, name, shown, samples, depth }: Part): Variable {
  const one = shown ?? samples.find((sample) => sample !== undefined && sample !== null)
  const seen = samples.filter((sample) => sample !== undefined && sample !== null).length
  const children = depth >= DEPTH_MAX ? [] : namesIn(one, samples).map((part) => childOf({ path, name, shown, samples, depth }, part))
  return { path, name, type: typeOf(one), value: hasParts(one) ? '' : textOf(shown), seen, children }
}

function childOf({ path, shown, samples, depth }: Part, name: string | number): Variable {
  return variable({
    path: typeof name === 'number' ? `${path}[${name}]` : `${path}${nameInPath(name)}`,
    name: typeof name === 'number' ? `[${name}]` : name,
    shown: partOf(shown, name),
    samples: samples.map((sample) => partOf(sample, name)),
    depth: depth + 1,
  })
}

function namesIn(one: unknown, samples: readonly unknown[]): readonly (string | number)[] {
  if (Array.isArray(one)) return one.length === 0 ? [] : [0]
  const objects = [one, ...samples].filter((value): value is object => typeof value === 'object' && value !== null && !Array.isArray(value))
  return [...new Set(objects.flatMap((value) => Object.keys(value)))]
}

function partOf(value: unknown, name: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string | number, unknown>>)[name]
    : undefined
}

const hasParts = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length > 0

function typeOf(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  if (Array.isArray(value)) return `list of ${value.length}`
  return { string: 'text', number: 'number', boolean: 'true or false' }[typeof value as string] ?? 'object'
}

function textOf(value: unknown): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text
}

/** Every variable below, in the order in which they stand. */
export function* everyVariable(variables: readonly Variable[]): Generator<Variable> {
  for (const one of variables) {
    yield one
    yield* everyVariable(one.children)
  }
}
