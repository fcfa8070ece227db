import { exactNumber, isRawNumber, sameJson } from '../exact-json.ts'
import { escapePointer } from '../json-pointer.ts'

/** One part of a filter, asked about one value of the payload. `undefined`: the value is not there. */
export interface Condition {
  holds(value: unknown, work: Work): boolean
  /** The first place that does not fit. Asked only where the condition does not hold. */
  why(value: unknown, path: string, work: Work): Mismatch
}

export interface Mismatch {
  /** JSON pointer into the payload; empty: the payload itself. */
  readonly path: string
  readonly message: string
}

/** What looking at a payload may still cost, and how deep it stands in lists inside lists. */
export interface Work {
  valuesLeft: number
  lists: number
  /** How many members objects have: counting those of a large one takes as long as a whole filter may. */
  readonly sizes: WeakMap<object, number>
}

/** Characters that are searched through, at worst, in the time that one value takes to be looked at. */
const CHARACTERS_A_VALUE = 16

/** Counts what is about to be looked at; every condition that goes through more than one value says so. */
function spend(work: Work, values: number): void {
  work.valuesLeft -= values
  if (work.valuesLeft < 0) throw new Undecided()
}

/** The payload asks for more work than a filter may make; thrown through all conditions. */
export class Undecided extends Error {}

const LISTS_MAX = 100

/** A text, number, truth value or null: the value is the same, or it is a list that has it. */
export function literal(expected: unknown): Condition {
  return leaf(expected, (value, work, self) => (Array.isArray(value) ? hasItem(value, self, work) : sameJson(value, expected)))
}

/** `["a", "b"]`: a list that has them all, in any order. */
export function listOf(source: unknown, members: readonly Condition[]): Condition {
  return leaf(source, (value, work) => Array.isArray(value) && members.every((member) => hasItem(value, member, work)))
}

export interface Field {
  readonly key: string
  readonly condition: Condition
}

/** An object: each field fits, and `further` holds of the same object. Of a list, one of its items has to fit. */
export function objectOf(source: unknown, fields: readonly Field[], further: readonly Condition[]): Condition {
  const self: Condition = {
    holds(value, work) {
      if (Array.isArray(value)) return hasItem(value, self, work)
      if (!isObject(value)) return false
      spend(work, fields.length)
      return (
        fields.every(({ key, condition }) => condition.holds(member(value, key), work)) && further.every((one) => one.holds(value, work))
      )
    },
    why(value, path, work) {
      if (!isObject(value)) return { path, message: sentence(value, source) }
      for (const { key, condition } of fields) {
        const found = member(value, key)
        if (!condition.holds(found, work)) return condition.why(found, `${path}/${escapePointer(key)}`, work)
      }
      return firstOf(further, value, work)!.why(value, path, work)
    },
  }
  return self
}

/** All of them hold of the value. */
export function allOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 1) return conditions[0]!
  return {
    holds: (value, work) => conditions.every((one) => one.holds(value, work)),
    why: (value, path, work) => firstOf(conditions, value, work)!.why(value, path, work),
  }
}

export function anyOf(source: unknown, conditions: readonly Condition[]): Condition {
  return leaf(source, (value, work) => {
    spend(work, conditions.length)
    return conditions.some((one) => one.holds(value, work))
  })
}

export function not(source: unknown, condition: Condition): Condition {
  return leaf(source, (value, work) => !condition.holds(value, work))
}

export function exists(source: unknown, expected: boolean): Condition {
  return leaf(source, (value) => (value !== undefined) === expected)
}

/** The whole value: a list is compared as a list. What is not there equals nothing, and differs from nothing. */
export function equals(source: unknown, expected: unknown, same: boolean): Condition {
  return leaf(source, (value, work) => {
    if (value === undefined) return false
    return sameAs(value, expected, work) === same
  })
}

/** What differs in size is not walked through; what does not is no larger than a filter. */
function sameAs(value: unknown, expected: unknown, work: Work): boolean {
  if (Array.isArray(value) && Array.isArray(expected) && value.length !== expected.length) return false
  if (isObject(value) && isObject(expected) && sizeOf(value, work) !== Object.keys(expected).length) return false
  return sameJson(value, expected)
}

function sizeOf(value: object, { sizes }: Work): number {
  let size = sizes.get(value)
  if (size === undefined) sizes.set(value, (size = Object.keys(value).length))
  return size
}

export type Ordering = '$gt' | '$gte' | '$lt' | '$lte'

/** Numbers with numbers, texts with texts by their code units; of a list, any item. */
export function compares(source: unknown, ordering: Ordering, bound: unknown): Condition {
  const test = orderings[ordering]
  return ofItems(source, (value) => {
    if (typeof value === 'string' || typeof bound === 'string') {
      return typeof value === 'string' && typeof bound === 'string' && test(value, bound)
    }
    const [left, right] = [exactNumber(value), exactNumber(bound)]
    return left !== undefined && right !== undefined && test(left, right)
  })
}

const orderings: Readonly<Record<Ordering, (left: string | number | bigint, right: string | number | bigint) => boolean>> = {
  $gt: (left, right) => left > right,
  $gte: (left, right) => left >= right,
  $lt: (left, right) => left < right,
  $lte: (left, right) => left <= right,
}

/** A text; of a list, any item. Of several texts each is a condition of its own, so that its work is counted. */
export function startsWith(source: unknown, texts: readonly string[]): Condition {
  return anyOf(
    source,
    texts.map((text) => ofItems(source, (value) => typeof value === 'string' && value.startsWith(text))),
  )
}

export function endsWith(source: unknown, texts: readonly string[]): Condition {
  return anyOf(
    source,
    texts.map((text) => ofItems(source, (value) => typeof value === 'string' && value.endsWith(text))),
  )
}

/**
 * With a list of values: the value is one of them, or a list that has one of them. With one value: a list that has it, or a text
 * that it is part of. `expected` false turns it round, for what is there.
 */
export function isIn(source: unknown, operand: unknown, expected: boolean): Condition {
  const oneOf = Array.isArray(operand) ? oneOfThese(operand) : (value: unknown) => sameJson(value, operand)
  const part = typeof operand === 'string' ? operand : undefined
  const test = leaf(source, (value, work, self) => {
    if (Array.isArray(value)) return hasItem(value, literalOf(oneOf, self), work)
    if (oneOf(value)) return true
    if (part === undefined || typeof value !== 'string') return false
    spend(work, value.length / CHARACTERS_A_VALUE)
    return value.includes(part)
  })
  return expected ? test : leaf(source, (value, work) => value !== undefined && !test.holds(value, work))
}

/** Items of a list are compared whole: a part of a text counts only in a text that stands alone. */
function literalOf(test: (value: unknown) => boolean, { why }: Condition): Condition {
  const self: Condition = { why, holds: (value, work) => (Array.isArray(value) ? hasItem(value, self, work) : test(value)) }
  return self
}

function oneOfThese(operands: readonly unknown[]): (value: unknown) => boolean {
  const keys = new Set(operands.map(keyOf))
  return (value) => keys.has(keyOf(value))
}

/** Equal numbers have the same key, whether they came as a double or as digits. */
function keyOf(value: unknown): unknown {
  const number = exactNumber(value)
  if (number === undefined) return value
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? BigInt(number) : number
}

function leaf(source: unknown, test: (value: unknown, work: Work, self: Condition) => boolean): Condition {
  const self: Condition = {
    holds: (value, work) => test(value, work, self),
    why: (value, path) => ({ path, message: sentence(value, source) }),
  }
  return self
}

/** Holds of the value, or of any item of a list. */
function ofItems(source: unknown, test: (value: unknown) => boolean): Condition {
  return leaf(source, (value, work, self) => (Array.isArray(value) ? hasItem(value, self, work) : test(value)))
}

function hasItem(list: readonly unknown[], condition: Condition, work: Work): boolean {
  if (++work.lists > LISTS_MAX) throw new Undecided()
  const found = list.some((item) => {
    spend(work, 1)
    return condition.holds(item, work)
  })
  work.lists--
  return found
}

function firstOf(conditions: readonly Condition[], value: unknown, work: Work): Condition | undefined {
  return conditions.find((one) => !one.holds(value, work))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
}

/** Own properties only: a payload never shows what JavaScript adds to it. */
function member(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function sentence(value: unknown, wanted: unknown): string {
  const found = value === undefined ? 'Nothing is here' : `Here is ${short(value)}`
  return `${found}, and the filter wants ${short(wanted)}.`
}

const SHOWN_CHARACTERS = 120

function short(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text
}
