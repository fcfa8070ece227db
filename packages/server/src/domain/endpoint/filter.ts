import { isRawNumber } from '../exact-json.ts'
import {
  allOf,
  anyOf,
  compares,
  endsWith,
  equals,
  exists,
  isIn,
  listOf,
  literal,
  not,
  objectOf,
  startsWith,
  Undecided,
  type Condition,
  type Mismatch,
  type Ordering,
  type Work,
} from './filter-condition.ts'
import { escapePointer } from '../json-pointer.ts'
import { limits } from '../limits.ts'

/**
 * Which payloads an endpoint wants: a JSON object that mirrors them, in the grammar that Hookdeck made known.
 *
 *   condition = text | number | true | false | null      the same value, or a list that has it
 *             | [condition, ...]                          a list that has them all
 *             | { field: condition, ... }                 an object, or a list with such an object
 *             | { "$operator": operand, ... }             all of them; $exist, $and, $or and $not also beside fields
 *
 * What is not there fulfils `$exist: false` and `$not` only.
 */
export interface Filter {
  /** `allowance`: what the filters of one message may cost together; without it the filter may cost what one may. */
  matches(payload: unknown, allowance?: Allowance): boolean
  /** As `matches`, with the first place that does not fit. */
  explain(payload: unknown): FilterVerdict
}

/** Shared by all filters that are asked about one payload. */
export type Allowance = Pick<Work, 'valuesLeft' | 'sizes'>

/** A message may go to thousands of endpoints: their filters together look at this many values, for 10 milliseconds or so. */
const MESSAGE_VALUES_MAX = 250_000

export function newAllowance(): Allowance {
  return { valuesLeft: MESSAGE_VALUES_MAX, sizes: new WeakMap() }
}

export interface FilterVerdict {
  readonly matches: boolean
  readonly reason: Mismatch | null
}

export interface FilterFault {
  /** JSON pointer into the filter. */
  readonly pointer: string
  readonly message: string
}

export type FilterCompilation =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly faults: readonly FilterFault[] }

/**
 * Values that one filter looks at in one payload: about two milliseconds. A payload that would take more is sent, because an event
 * that its owner did not want harms less than one that never came.
 */
const VALUES_MAX = 100_000

/** Reads a filter once; all that is wrong with it is reported, each with its place and the way out. `source`: parsed with `parseExactJson`. */
export function compileFilter(source: unknown): FilterCompilation {
  const faults: FilterFault[] = []
  if (!isPlainObject(source)) faults.push({ pointer: '', message: 'A filter is an object that mirrors the payload; null for none.' })
  else if (JSON.stringify(source).length > limits.filterCharactersMax) {
    faults.push({ pointer: '', message: `A filter has at most ${limits.filterCharactersMax} characters of JSON.` })
  }
  if (faults.length > 0) return { ok: false, faults }
  const condition = read(source, { pointer: '', depth: 1, faults })
  return faults.length > 0 ? { ok: false, faults } : { ok: true, filter: filterOf(condition) }
}

function filterOf(condition: Condition): Filter {
  const explain = (payload: unknown): FilterVerdict => {
    try {
      if (condition.holds(payload, workOf(newAllowance()))) return { matches: true, reason: null }
      return { matches: false, reason: condition.why(payload, '', workOf(newAllowance())) }
    } catch (error) {
      if (!(error instanceof Undecided)) throw error
      return { matches: true, reason: { path: '', message: 'The lists of this payload are too long to be searched, so it is sent.' } }
    }
  }
  return {
    explain,
    matches(payload, allowance = newAllowance()) {
      const work = workOf(allowance)
      const valuesMax = work.valuesLeft
      try {
        return condition.holds(payload, work)
      } catch (error) {
        if (error instanceof Undecided) return true
        throw error
      } finally {
        allowance.valuesLeft -= valuesMax - Math.max(0, work.valuesLeft)
      }
    },
  }
}

/** What one filter may do of what all of them may. */
function workOf({ valuesLeft, sizes }: Allowance): Work {
  return { valuesLeft: Math.min(VALUES_MAX, valuesLeft), lists: 0, sizes }
}

/** Where the reader stands. */
interface Place {
  readonly pointer: string
  readonly depth: number
  readonly faults: FilterFault[]
}

const nothing: Condition = { holds: () => false, why: (_, path) => ({ path, message: '' }) }

function read(source: unknown, place: Place): Condition {
  if (place.depth > limits.filterDepthMax) return fault(place, `A filter nests at most ${limits.filterDepthMax} levels deep.`)
  if (Array.isArray(source)) {
    if (source.length === 0) return fault(place, 'Every list has the items of an empty list. For a list without items give { "$eq": [] }.')
    return listOf(
      source,
      source.map((item, index) => read(item, within(place, index))),
    )
  }
  return isPlainObject(source) ? readObject(source, place) : literal(source)
}

function readObject(source: Readonly<Record<string, unknown>>, place: Place): Condition {
  const entries = Object.entries(source)
  const fields = entries.filter(([key]) => !key.startsWith('$'))
  const operators = entries.filter(([key]) => key.startsWith('$'))
  if (fields.length > 0) {
    for (const [name] of operators.filter(([key]) => !besideFields.has(key) && key in operatorReaders)) {
      fault(
        within(place, name),
        `"${name}" is about a value, and the fields beside it about an object. Put it into the field that it is about.`,
      )
    }
  }
  const further = operators.map(([name, operand]) => readOperator(name, operand, within(place, name)))
  if (fields.length === 0 && operators.length > 0) return allOf(further)
  return objectOf(
    source,
    fields.map(([key, value]) => ({ key, condition: read(value, within(place, key)) })),
    further,
  )
}

function readOperator(name: string, operand: unknown, place: Place): Condition {
  const reader = Object.hasOwn(operatorReaders, name) ? operatorReaders[name as Operator] : undefined
  if (reader) return reader({ [name]: operand }, operand, place)
  return fault(place, `"${name}" is not an operator. There are ${filterOperators.join(', ')}.`)
}

type Operator = '$eq' | '$neq' | Ordering | '$in' | '$nin' | '$startsWith' | '$endsWith' | '$exist' | '$or' | '$and' | '$not'
type OperatorReader = (source: unknown, operand: unknown, place: Place) => Condition

const besideFields: ReadonlySet<string> = new Set<Operator>(['$exist', '$or', '$and', '$not'])

const operatorReaders: Readonly<Record<Operator, OperatorReader>> = {
  $eq: (source, operand) => equals(source, operand, true),
  $neq: (source, operand) => equals(source, operand, false),
  $gt: ordering('$gt'),
  $gte: ordering('$gte'),
  $lt: ordering('$lt'),
  $lte: ordering('$lte'),
  $in: membership(true),
  $nin: membership(false),
  $startsWith: affix(startsWith),
  $endsWith: affix(endsWith),
  $exist: (source, operand, place) =>
    typeof operand === 'boolean'
      ? exists(source, operand)
      : fault(place, 'Give true for a field that is there, or false for one that is not.'),
  $or: several(anyOf),
  $and: several((_, conditions) => allOf(conditions)),
  $not: (source, operand, place) => not(source, read(operand, deeper(place))),
}

export const filterOperators = Object.keys(operatorReaders)

function ordering(name: Ordering): OperatorReader {
  return (source, operand, place) =>
    typeof operand === 'string' || isNumber(operand)
      ? compares(source, name, operand)
      : fault(place, 'Give a number or a text to compare with.')
}

function membership(expected: boolean): OperatorReader {
  return (source, operand, place) => {
    const list: readonly unknown[] = Array.isArray(operand) ? operand : [operand]
    if (list.length > 0 && list.every(isScalar)) return isIn(source, operand, expected)
    return fault(place, 'Give a text, number, truth value or null, or a list of them that is not empty.')
  }
}

function affix(condition: (source: unknown, texts: readonly string[]) => Condition): OperatorReader {
  return (source, operand, place) => {
    const list: readonly unknown[] = Array.isArray(operand) ? operand : [operand]
    if (list.length > 0 && list.every((one) => typeof one === 'string')) return condition(source, list)
    return fault(place, 'Give a text, or a list of texts that is not empty.')
  }
}

function several(condition: (source: unknown, conditions: readonly Condition[]) => Condition): OperatorReader {
  return (source, operand, place) => {
    if (!Array.isArray(operand) || operand.length === 0) return fault(place, 'Give a list of conditions that is not empty.')
    return condition(
      source,
      operand.map((one, index) => read(one, within(place, index))),
    )
  }
}

function fault({ faults, pointer }: Place, message: string): Condition {
  faults.push({ pointer, message })
  return nothing
}

function within(place: Place, key: string | number): Place {
  return { ...deeper(place), pointer: `${place.pointer}/${escapePointer(String(key))}` }
}

function deeper(place: Place): Place {
  return { ...place, depth: place.depth + 1 }
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || isRawNumber(value)
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || isNumber(value)
}
