import type { ExprNode } from 'jsonata'
import { isRawNumber } from '#domain/exact-json'
import { bail, bounded, comparable, functions, isBail, number, primitive, text, truth } from './inline-values.ts'

/**
 * The short road for JSONata expressions that are provably cheap: compiled from JSONata's own syntax tree to closures that
 * run on the main thread in a microsecond (JSONata itself takes 16 for `{ 'total': $sum(lines.amount) }`, a worker 40 more).
 *
 * Only a subset is taken: paths of names with simple predicates, literals, arithmetic, comparisons, `and or`, `&`,
 * conditions, object and array constructors, and functions whose cost is the size of their input. No variables of its own, lambdas,
 * recursion, ranges, regular expressions, padding or joining; inside a loop only the item is visible, never the root, so
 * work is bounded by nodes × input. Fuel bounds it a second time. Whatever is not the plain, expected case (a type error, a
 * missing argument, an infinite number) leaves through `Bail`, and JSONata gives its own answer in another process; so this file need
 * only be right where it answers, which a property test compares with JSONata.
 */
export type InlineTransform = (input: unknown, variables?: Variables) => { readonly value: unknown } | 'not_inline'

/** Texts that are handed in beside the data, and read as `$name`. */
type Variables = Readonly<Record<string, string>>

/** Items and nodes that one evaluation may visit: about two milliseconds. */
const FUEL = 50_000

/** What one evaluation carries along: what it may still spend, and the variables. */
interface Fuel {
  left: number
  readonly variables: Variables
}

type Evaluate = (context: unknown, fuel: Fuel) => unknown

/** What is visible where a node stands. Inside a loop only the item is, never the root. */
interface Scope {
  readonly inLoop: boolean
  readonly variables: readonly string[]
}

const inLoop = (scope: Scope): Scope => ({ ...scope, inLoop: true })

/** The tree as the parser really makes it; its published type is loose. */
type Node = Omit<ExprNode, 'lhs' | 'rhs' | 'type'> & {
  type: string
  lhs?: Node | [Node, Node][]
  rhs?: Node
  expression?: Node
  condition?: Node
  then?: Node
  else?: Node
  expr?: Node
  steps?: Node[]
  stages?: Node[]
  expressions?: Node[]
  arguments?: Node[]
  procedure?: Node
}

/** Undefined for an expression that belongs in another process. */
export function compileInline(tree: ExprNode, variables: readonly string[] = []): InlineTransform | undefined {
  let evaluate: Evaluate
  try {
    evaluate = compile(tree as Node, { inLoop: false, variables })
  } catch (error) {
    if (isBail(error)) return undefined
    throw error
  }
  return (input, given = {}) => {
    try {
      return { value: evaluate(input, { left: FUEL, variables: given }) }
    } catch (error) {
      if (isBail(error)) return 'not_inline'
      throw error
    }
  }
}

const spend = (fuel: Fuel, units: number): void => {
  fuel.left -= units
  if (fuel.left < 0) bail()
}

/** What a node may carry; any other key is syntax that this file does not know (predicates, bindings, grouping, `[]`). */
const knownKeys = new Set([
  'type',
  'value',
  'position',
  'lhs',
  'rhs',
  'expression',
  'expressions',
  'condition',
  'then',
  'else',
  'steps',
  'arguments',
  'procedure',
])

function refuseUnknown(node: object): void {
  for (const [key, value] of Object.entries(node)) if (value !== undefined && !knownKeys.has(key)) bail()
}

function compile(node: Node, scope: Scope): Evaluate {
  refuseUnknown(node)
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      return literal(node.value)
    case 'variable':
      return variable(String(node.value), scope)
    case 'path':
      return path(node.steps ?? [], scope)
    case 'unary':
      return unary(node, scope)
    case 'binary':
      return binary(node, scope)
    case 'condition':
      return condition(node, scope)
    case 'function':
      return call(node, scope)
    case 'block':
      return node.expressions?.length === 1 ? compile(node.expressions[0]!, scope) : bail()
    default:
      return bail()
  }
}

function variable(name: string, scope: Scope): Evaluate {
  if (isRoot(name, scope)) return (context) => context
  return scope.variables.includes(name) ? (_, { variables }) => variables[name] : bail()
}

const isRoot = (name: unknown, scope: Scope): boolean => name === '' || (name === '$' && !scope.inLoop)

function literal(value: unknown): Evaluate {
  if (typeof value === 'object' && value !== null) bail()
  return () => value
}

// ---- paths

type Step = (item: unknown, fuel: Fuel) => { readonly value: unknown; readonly sequence: boolean }

function path(steps: readonly Node[], scope: Scope): Evaluate {
  const [first, ...others] = steps
  const fromContext = first?.type === 'variable'
  if (fromContext && !isRoot(first.value, scope)) bail()
  const taken = fromContext ? others : steps
  const compiled = taken.map((step) => pathStep(step, scope))
  const names = taken.every(isPlainName) ? taken.map(({ value }) => value as string) : undefined
  return (context, fuel) => {
    const found = names === undefined ? A_LIST : alongNames(context, names, fuel)
    if (found !== A_LIST) return found
    let items: readonly unknown[] = !fromContext && Array.isArray(context) ? context : [context]
    for (const [index, step] of compiled.entries()) {
      const results = each(items, step, fuel)
      const [only] = results
      // JSONata hands on a single array of the data as it is, and flattens everything else into one sequence.
      if (index === compiled.length - 1 && results.length === 1 && Array.isArray(only!.value) && !only!.sequence) return only!.value
      items = results.flatMap((result) => (Array.isArray(result.value) ? (result.value as unknown[]) : [result.value]))
      spend(fuel, items.length)
      if (items.length === 0) return undefined
    }
    return items.length === 1 ? items[0] : items
  }
}

const A_LIST = Symbol('a list')

const isPlainName = ({ type, value, stages = [] }: Node): boolean => type === 'name' && typeof value === 'string' && stages.length === 0

/** Where no value on the way is a list, as in most data, there is one item throughout, and no sequence need be made of it. */
function alongNames(context: unknown, names: readonly string[], fuel: Fuel): unknown {
  let value = context
  for (const name of names) {
    if (Array.isArray(value)) return A_LIST
    value = lookup(value, name, fuel).value
    if (value === undefined) return undefined
  }
  return value
}

function each(items: readonly unknown[], step: Step, fuel: Fuel): { value: unknown; sequence: boolean }[] {
  const results = []
  for (const item of items) {
    const result = step(item, fuel)
    if (result.value !== undefined) results.push(result)
  }
  return results
}

function pathStep(step: Node, scope: Scope): Step {
  const { stages, ...plain } = step
  if (step.type === 'name' && typeof step.value === 'string') {
    refuseUnknown(plain)
    const key = step.value
    const filters = (stages ?? []).map((stage) => filter(stage as Node, scope))
    if (filters.length === 0) return (item, fuel) => lookup(item, key, fuel)
    return (item, fuel) => {
      let value = lookup(item, key, fuel).value
      let sequence = false
      for (const apply of filters) ({ value, sequence } = apply(value, fuel))
      return { value, sequence }
    }
  }
  if (step.type === 'unary' && step.value === '{') {
    const evaluate = compile(step, inLoop(scope))
    return (item, fuel) => (Array.isArray(item) ? bail() : { value: evaluate(item, fuel), sequence: false })
  }
  return bail()
}

function lookup(item: unknown, key: string, fuel: Fuel): { value: unknown; sequence: boolean } {
  spend(fuel, 1)
  if (!Array.isArray(item)) {
    const known = typeof item === 'object' && item !== null && !isRawNumber(item) && Object.hasOwn(item, key)
    return { value: known ? (item as Record<string, unknown>)[key] : undefined, sequence: false }
  }
  const found: unknown[] = []
  for (const inner of item) {
    const { value } = lookup(inner, key, fuel)
    if (Array.isArray(value)) for (const one of value) found.push(one)
    else if (value !== undefined) found.push(value)
  }
  return found.length > 1 ? { value: found, sequence: true } : { value: found[0], sequence: false }
}

/** `[2]`, `[-1]`, `[amount > 3]`. */
function filter(stage: Node, scope: Scope): (value: unknown, fuel: Fuel) => { value: unknown; sequence: boolean } {
  const predicate = stage.expr
  if (stage.type !== 'filter' || predicate === undefined) return bail()
  if (predicate.type === 'number' || (predicate.type === 'unary' && predicate.value === '-' && predicate.expression?.type === 'number')) {
    const index = predicate.type === 'number' ? Number(predicate.value) : -Number(predicate.expression?.value)
    if (!Number.isInteger(index)) return bail()
    return (value) => {
      const item: unknown = (Array.isArray(value) ? (value as unknown[]) : [value]).at(index)
      return { value: item === undefined ? [] : Array.isArray(item) ? item : [item], sequence: !Array.isArray(item) }
    }
  }
  if (predicate.type !== 'binary') return bail()
  const evaluate = compile(predicate, inLoop(scope))
  return (value, fuel) => {
    const kept: unknown[] = []
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      spend(fuel, 1)
      const holds = evaluate(item, fuel)
      if (holds !== undefined && typeof holds !== 'boolean') bail()
      if (holds === true) kept.push(item === undefined ? bail() : item)
    }
    return { value: kept, sequence: true }
  }
}

// ---- operators

function unary(node: Node, scope: Scope): Evaluate {
  if (node.value === '-') {
    const evaluate = compile(node.expression!, scope)
    return (context, fuel) => {
      const value = evaluate(context, fuel)
      return value === undefined ? undefined : -number(value)
    }
  }
  if (node.value === '[') return arrayOf(node.expressions ?? [], scope)
  if (node.value === '{') return objectOf(node.lhs as [Node, Node][], scope)
  return bail()
}

function arrayOf(items: readonly Node[], scope: Scope): Evaluate {
  const compiled = items.map((item) => ({ nested: item.value === '[', evaluate: compile(item, scope) }))
  return (context, fuel) => {
    const made: unknown[] = []
    for (const { nested, evaluate } of compiled) {
      const value = evaluate(context, fuel)
      if (value === undefined) continue
      if (nested || !Array.isArray(value)) made.push(value)
      else {
        spend(fuel, value.length)
        for (const one of value) made.push(one)
      }
    }
    return made
  }
}

function objectOf(pairs: readonly [Node, Node][], scope: Scope): Evaluate {
  const names = pairs.map(([key]) => (key.type === 'string' && typeof key.value === 'string' ? key.value : bail()))
  const forbidden = names.some((name) => name === '__proto__' || name.startsWith('_jsonata'))
  if (forbidden || new Set(names).size !== names.length) bail()
  const values = pairs.map(([, value]) => compile(value, scope))
  return (context, fuel) => {
    const made: Record<string, unknown> = {}
    spend(fuel, names.length)
    for (let index = 0; index < names.length; index++) {
      const value = values[index]!(context, fuel)
      if (value !== undefined) made[names[index]!] = value
    }
    return made
  }
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}

const orderings: Readonly<Record<string, (a: number | string, b: number | string) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

function binary(node: Node, scope: Scope): Evaluate {
  const left = compile(node.lhs as Node, scope)
  const right = compile(node.rhs!, scope)
  const operator = String(node.value)
  const calculate = Object.hasOwn(arithmetic, operator) ? arithmetic[operator] : undefined
  const order = Object.hasOwn(orderings, operator) ? orderings[operator] : undefined
  if (operator === 'and') return (context, fuel) => truth(left(context, fuel)) && truth(right(context, fuel))
  if (operator === 'or') return (context, fuel) => truth(left(context, fuel)) || truth(right(context, fuel))
  if (operator === '&') return (context, fuel) => bounded(text(left(context, fuel)) + text(right(context, fuel)))
  if (operator === '=' || operator === '!=') {
    return (context, fuel) => {
      const [a, b] = [left(context, fuel), right(context, fuel)]
      if (a === undefined || b === undefined) return false
      return (primitive(a) === primitive(b)) === (operator === '=')
    }
  }
  if (calculate === undefined && order === undefined) return bail()
  return (context, fuel) => {
    const [a, b] = [left(context, fuel), right(context, fuel)]
    if (order) return comparable(a, b) ? order(a as number, b as number) : undefined
    const [x, y] = [a === undefined ? a : number(a), b === undefined ? b : number(b)]
    return x === undefined || y === undefined ? undefined : number(calculate!(x, y))
  }
}

function condition(node: Node, scope: Scope): Evaluate {
  const test = compile(node.condition!, scope)
  const yes = compile(node.then!, scope)
  const no = node.else ? compile(node.else, scope) : () => undefined
  return (context, fuel) => (truth(test(context, fuel)) ? yes(context, fuel) : no(context, fuel))
}

// ---- functions

function call(node: Node, scope: Scope): Evaluate {
  const name = node.procedure?.type === 'variable' ? String(node.procedure.value) : ''
  const [argument, ...more] = node.arguments ?? []
  if (argument === undefined || more.length > 0 || !Object.hasOwn(functions, name)) return bail()
  const apply = functions[name]!
  const evaluate = compile(argument, scope)
  return (context, fuel) => {
    const value = evaluate(context, fuel)
    spend(fuel, Array.isArray(value) ? value.length : 1)
    return apply(value)
  }
}
