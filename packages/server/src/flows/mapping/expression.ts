import type { MappingContext } from './context.ts'
import { contextFields } from './context.ts'
import { parseExactJson } from '#domain'
import { weighsWithin } from '../segment/json-within.ts'
import { Elsewhere, type Turn } from '../segment/turn.ts'
import { filterBudget, filterNames, findFilter, isMemoryFault, type Filter, type FilterBudget } from './filters.ts'
import { faultOfStepName, othersOf, type KnownNames } from './step-names.ts'
import { TemplateError, tokenize, type Token } from './tokens.ts'
import { contains, equal, holds, isEmpty, ordered, property, type Ordering } from './values.ts'

/**
 * Liquid's output expressions, compiled once to closures: paths, literals, comparisons, `and or not`, brackets, filters.
 *
 *   expression  = or { "|" filter }
 *   or          = and { "or" and }
 *   and         = not { "and" not }
 *   not         = "not" not | comparison
 *   comparison  = operand [ ("==" | "!=" | ">" | "<" | ">=" | "<=" | "contains") operand ]
 *   operand     = literal | path | "(" or ")"
 *   path        = name { "." name | "[" operand "]" }
 *   filter      = name [ ":" argument { "," argument } ]
 *
 * LiquidJS's own evaluator took 11 microseconds for `body.total > 1000` (a context and generators for each), and accepts
 * `a b` and `a >`; these closures take a tenth and refuse them. Its filters are used as they are.
 */
export interface Expression {
  readonly evaluate: (context: MappingContext) => unknown
  /** A secret is read, so the result must not be shown. */
  readonly readsSecrets: boolean
  /** A bare path, without operators and filters. */
  readonly path: readonly (string | number)[] | null
}

/** What is known when a flow is published. */
export interface Names extends KnownNames {
  /** Secrets may be read here: an outbound header or credential. */
  readonly secretsAllowed: boolean
  /** Called with each secret that is read. */
  readonly onSecret?: (name: string) => void
  /** Called with each path whose value the flow counts on: as far as it is fixed, the name it begins with first. */
  readonly onPath?: (path: readonly (string | number)[], at: number) => void
  /** Called with each step that is read, and with where. */
  readonly onStep?: (id: string, at: number) => void
  /** Where the text stands in its step; what fails in a run names it. */
  readonly field?: string
}

type Evaluate = (context: MappingContext, budget: FilterBudget | undefined) => unknown

interface Node {
  readonly evaluate: Evaluate
  readonly path?: readonly (string | number)[]
}

export function compileExpression(source: string, span: { from: number; to: number }, names: Names): Expression {
  const parser = new Parser(tokenize(source, span.from, span.to), names)
  const root = parser.expression()
  const { evaluate } = root
  return {
    evaluate: parser.usesFilters
      ? (context) => evaluate(context, filterBudget(context.turn !== null))
      : (context) => evaluate(context, undefined),
    readsSecrets: parser.readsSecrets,
    path: root.path ?? null,
  }
}

const literals: Readonly<Record<string, unknown>> = { true: true, false: false, nil: null, null: null }
const comparisons = new Set(['==', '!=', '<>', '>', '<', '>=', '<=', 'contains'])
const keywords = new Set(['and', 'or', 'not', 'contains', 'true', 'false', 'nil', 'null', 'empty', 'blank'])

/** Deep brackets would overflow the stack; nobody means so many. */
const DEPTH_MAX = 50

class Parser {
  usesFilters = false
  readsSecrets = false
  #at = 0
  #depth = 0
  /** Off where a missing field is expected: before `default`, and in a comparison with nil. */
  #quiet = false
  readonly #tokens: readonly Token[]
  readonly #names: Names

  constructor(tokens: readonly Token[], names: Names) {
    this.#tokens = tokens
    this.#names = names
  }

  expression(): Node {
    const expectsMissing = this.#tokens.some((token, index) => token.value === '|' && this.#tokens[index + 1]?.value === 'default')
    const comparesWithNothing = this.#tokens.some(
      (token) => token.kind === 'name' && ['nil', 'null', 'empty', 'blank'].includes(token.value),
    )
    this.#quiet = expectsMissing || comparesWithNothing
    let node = this.#or()
    while (this.#takes('|')) node = this.#filter(node)
    const rest = this.#peek()
    if (rest.kind !== 'end') throw new TemplateError(`"${rest.value}" is not expected here`, rest.at)
    return node
  }

  #or(): Node {
    if (++this.#depth > DEPTH_MAX) throw new TemplateError('too many brackets', this.#peek().at)
    let left = this.#and()
    while (this.#takesName('or')) {
      const [a, b] = [left.evaluate, this.#and().evaluate]
      left = { evaluate: (context, budget) => holds(a(context, budget)) || holds(b(context, budget)) }
    }
    this.#depth--
    return left
  }

  #and(): Node {
    let left = this.#not()
    while (this.#takesName('and')) {
      const [a, b] = [left.evaluate, this.#not().evaluate]
      left = { evaluate: (context, budget) => holds(a(context, budget)) && holds(b(context, budget)) }
    }
    return left
  }

  #not(): Node {
    let negations = 0
    while (this.#takesName('not')) negations++
    const node = this.#comparison()
    if (negations === 0) return node
    const { evaluate } = node
    const negative = negations % 2 === 1
    return { evaluate: (context, budget) => holds(evaluate(context, budget)) !== negative }
  }

  #comparison(): Node {
    const left = this.#operand()
    const token = this.#peek()
    if (token.kind === 'text' || !comparisons.has(token.value)) return left
    this.#at++
    const special = this.#takesName('empty') ? 'empty' : this.#takesName('blank') ? 'blank' : undefined
    if (special !== undefined) return emptiness(left.evaluate, token, special === 'blank')
    return { evaluate: comparison(token.value, left.evaluate, this.#operand().evaluate) }
  }

  #operand(): Node {
    const token = this.#next()
    if (token.kind === 'text') return constant(token.value)
    if (token.kind === 'number') return constant(parseExactJson(token.value))
    if (token.kind === 'name' && Object.hasOwn(literals, token.value)) return constant(literals[token.value])
    if (token.kind === 'name' && !keywords.has(token.value)) return this.#path(token)
    if (token.kind === 'operator' && token.value === '(') {
      const { evaluate } = this.#or()
      this.#expect(')')
      return { evaluate }
    }
    throw new TemplateError(token.kind === 'end' ? 'a value is missing here' : `a value is expected, not "${token.value}"`, token.at)
  }

  #path(root: Token): Node {
    const segments: (string | number | Evaluate)[] = []
    for (;;) {
      if (this.#takes('.')) {
        const token = this.#next()
        if (token.kind === 'name') segments.push(token.value)
        else if (token.kind === 'number' && /^\d+$/.test(token.value)) segments.push(Number(token.value))
        else throw new TemplateError('a name must follow "."', token.at)
      } else if (this.#takes('[')) {
        segments.push(this.#index())
        this.#expect(']')
      } else break
    }
    return this.#walk(root, segments)
  }

  #index(): string | number | Evaluate {
    const token = this.#peek()
    const after = this.#tokens[this.#at + 1]?.value
    if (after === ']' && (token.kind === 'text' || token.kind === 'number')) {
      this.#at++
      return token.kind === 'number' ? Number(token.value) : token.value
    }
    return this.#operand().evaluate
  }

  #walk(root: Token, segments: readonly (string | number | Evaluate)[]): Node {
    this.#check(root, segments)
    const start = startOf(root.value)
    const report = !this.#quiet
    if (report) this.#names.onPath?.([root.value, ...fixedPart(segments)], root.at)
    const fixed = segments.filter((segment) => typeof segment !== 'function')
    if (fixed.length === segments.length) {
      const path = inHeaders(root.value, fixed)
      return { evaluate: walkFixed(start, path, report ? pathText(root.value, path) : undefined), path: [root.value, ...path] }
    }
    const text = pathText(
      root.value,
      segments.map((segment) => (typeof segment === 'function' ? '*' : segment)),
    )
    return {
      evaluate: (context, budget) => {
        context.turn?.tick()
        let value = start(context)
        for (const segment of segments) value = property(value, typeof segment === 'function' ? keyOf(segment(context, budget)) : segment)
        if (value === undefined && report) context.missing(text)
        return value
      },
    }
  }

  /** Names that can never be there are found when the flow is published, not when the first order comes in. */
  #check(root: Token, segments: readonly (string | number | Evaluate)[]): void {
    const fields = Object.hasOwn(contextFields, root.value) ? contextFields[root.value] : undefined
    const [first, second] = segments
    if (fields === undefined)
      throw new TemplateError(`there is no "${root.value}"; ${this.#others(root.value, Object.keys(contextFields))}`, root.at)
    if (fields !== null && first !== undefined && !(typeof first === 'string' && fields.includes(first))) {
      throw new TemplateError(`"${root.value}" has ${fields.join(', ')}`, root.at)
    }
    if (root.value === 'steps' && first !== undefined) this.#checkStep(root, first, second)
    if (root.value === 'secrets') {
      if (!this.#names.secretsAllowed)
        throw new TemplateError('secrets may stand only in outbound headers, bearerToken and signing', root.at)
      if (typeof first !== 'string' || segments.length !== 1) throw new TemplateError('a secret is read as secrets.<name>', root.at)
      this.readsSecrets = true
      this.#names.onSecret?.(first)
    }
  }

  #checkStep(root: Token, first: string | number | Evaluate, second: string | number | Evaluate | undefined): void {
    if (typeof first === 'function') throw new TemplateError('a step is named, not computed', root.at)
    const field = second === undefined ? null : typeof second === 'function' ? '' : String(second)
    const fault = faultOfStepName({ id: String(first), field }, this.#names)
    if (fault !== undefined) throw new TemplateError(fault.message, root.at)
    this.#names.onStep?.(String(first), root.at)
  }

  #others(name: string, names: readonly string[]): string {
    return othersOf(name, names, this.#names.near)
  }

  #filter(input: Node): Node {
    const name = this.#next()
    const filter = name.kind === 'name' ? findFilter(name.value) : undefined
    if (filter === undefined)
      throw new TemplateError(`there is no filter "${name.value}"; ${this.#others(name.value, filterNames)}`, name.at)
    const args: Evaluate[] = []
    if (this.#takes(':')) {
      do args.push(this.#argument())
      while (this.#takes(','))
    }
    this.usesFilters = true
    return { evaluate: applied(filter, { name, field: this.#names.field }, { input: input.evaluate, args }) }
  }

  /** `name: value` reaches a filter as a pair, as LiquidJS hands it over. */
  #argument(): Evaluate {
    const token = this.#peek()
    const named = token.kind === 'name' && this.#tokens[this.#at + 1]?.value === ':'
    if (!named) return this.#operand().evaluate
    this.#at += 2
    const { evaluate } = this.#operand()
    return (context, budget) => [token.value, evaluate(context, budget)]
  }

  #peek(): Token {
    return this.#tokens[this.#at]!
  }

  #next(): Token {
    const token = this.#peek()
    if (token.kind !== 'end') this.#at++
    return token
  }

  #takes(operator: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'operator' || token.value !== operator) return false
    this.#at++
    return true
  }

  #takesName(word: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'name' || token.value !== word) return false
    this.#at++
    return true
  }

  #expect(operator: string): void {
    if (!this.#takes(operator)) throw new TemplateError(`"${operator}" is missing here`, this.#peek().at)
  }
}

function fixedPart(segments: readonly (string | number | Evaluate)[]): (string | number)[] {
  const open = segments.findIndex((segment) => typeof segment === 'function')
  return (open < 0 ? segments : segments.slice(0, open)) as (string | number)[]
}

const constant = (value: unknown): Node => ({ evaluate: () => value })

function comparison(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  const compared = comparisonOf(operator)
  return (context, budget) => {
    const a = left(context, budget)
    const b = right(context, budget)
    // Two numbers or short texts, most of the time.
    if (context.turn !== null && (typeof a === 'object' || typeof a === 'string')) context.turn.weigh(a)
    return compared(a, b)
  }
}

function comparisonOf(operator: string): (left: unknown, right: unknown) => boolean {
  if (operator === '==') return equal
  if (operator === '!=' || operator === '<>') return (left, right) => !equal(left, right)
  if (operator === 'contains') return contains
  return (left, right) => ordered(left, right, operator as Ordering)
}

function emptiness(value: Evaluate, operator: Token, blank: boolean): Node {
  if (operator.value !== '==' && operator.value !== '!=') throw new TemplateError('only == and != go with empty and blank', operator.at)
  const wanted = operator.value === '=='
  return { evaluate: (context, budget) => isEmpty(value(context, budget), blank) === wanted }
}

function applied(
  filter: Filter,
  { name, field }: { readonly name: Token; readonly field: string | undefined },
  { input, args }: { readonly input: Evaluate; readonly args: readonly Evaluate[] },
): Evaluate {
  const place = `${field === undefined ? '' : `${field}, `}column ${name.at + 1}`
  return (context, budget) => {
    const value = input(context, budget)
    const given = args.map((arg) => arg(context, budget))
    if (context.turn !== null) weighAll(context.turn, value, given)
    try {
      return filter(value, given, budget!)
    } catch (error) {
      if (context.turn !== null && isMemoryFault(error)) throw new Elsewhere()
      const why = error instanceof Error ? error.message : String(error)
      throw new TemplateError(`the filter ${name.value} failed: ${why} (${place})`, name.at)
    }
  }
}

/** An argument is looked at for each item, so a long one counts with them. */
const ARGUMENT_WEIGHT_MAX = 200

function weighAll(turn: Turn, value: unknown, args: readonly unknown[]): void {
  turn.weigh(value)
  for (const arg of args) {
    turn.weigh(arg)
    if (typeof value === 'object' && !weighsWithin(arg, ARGUMENT_WEIGHT_MAX) && !weighsWithin(value, ARGUMENT_WEIGHT_MAX))
      throw new Elsewhere()
  }
}

function startOf(root: string): (context: MappingContext) => unknown {
  if (root === 'body') return (context) => context.trigger.body
  if (root === 'query') return (context) => context.trigger.query
  if (root === 'headers') return (context) => context.trigger.headers
  return (context) => context[root as keyof MappingContext]
}

/** Header names are kept in lower case, whatever case a flow spells them in. */
function inHeaders(root: string, path: readonly (string | number)[]): (string | number)[] {
  const place = root === 'headers' ? 0 : root === 'trigger' && path[0] === 'headers' ? 1 : -1
  return path.map((segment, index) => (index === place && typeof segment === 'string' ? segment.toLowerCase() : segment))
}

function walkFixed(start: (context: MappingContext) => unknown, path: readonly (string | number)[], report: string | undefined): Evaluate {
  return (context) => {
    context.turn?.tick()
    let value = start(context)
    for (const segment of path) value = property(value, segment)
    if (value === undefined && report !== undefined) context.missing(report)
    return value
  }
}

const pathText = (root: string, path: readonly (string | number)[]): string =>
  root + path.map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${segment}`)).join('')

const keyOf = (value: unknown): string | number => (typeof value === 'number' ? value : String(value))
