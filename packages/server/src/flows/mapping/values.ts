import { exactNumber, isRawNumber, sameJson } from '#domain'
import { jsonWithin } from '../segment/json-within.ts'

/** What JSON values mean in a mapping: how they read as text, how they compare, which hold. */

/** Own properties only: data never reaches a prototype, whatever its keys are called. `size`, `first` and `last` are Liquid's. */
export function property(value: unknown, key: string | number): unknown {
  if (typeof value === 'string') return key === 'size' ? value.length : undefined
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return undefined
  if (Array.isArray(value)) return element(value, key)
  if (Object.hasOwn(value, key)) return (value as Record<string | number, unknown>)[key]
  return key === 'size' ? Object.keys(value).length : undefined
}

function element(array: readonly unknown[], key: string | number): unknown {
  const index = typeof key === 'number' ? key : /^-?\d{1,9}$/.test(key) ? Number(key) : undefined
  if (index !== undefined) return array.at(index)
  if (key === 'first') return array[0]
  if (key === 'last') return array.at(-1)
  return key === 'size' ? array.length : undefined
}

/** A value inside text: nothing for null, JSON for objects and arrays. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (isRawNumber(value)) return value.rawJSON
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value)
}

/** As `toText`; undefined for a text of more characters, which an object's is known to be before it is written. */
export function textWithin(value: unknown, charactersMax: number): string | undefined {
  const isTree = typeof value === 'object' && value !== null && !isRawNumber(value)
  const text = isTree ? jsonWithin(value, charactersMax) : toText(value)
  return text !== undefined && text.length <= charactersMax ? text : undefined
}

/** False, null, nothing, the empty text and 0 do not hold; everything else does. */
export function holds(value: unknown): boolean {
  return isRawNumber(value) ? Number(value.rawJSON) !== 0 : Boolean(value)
}

/** Nothing and null are the same. */
export function equal(left: unknown, right: unknown): boolean {
  return sameJson(left ?? null, right ?? null)
}

export type Ordering = '<' | '<=' | '>' | '>='

/** Nothing is smaller or larger than nothing. A number and a text compare as numbers, because a query parameter is always text. */
export function ordered(left: unknown, right: unknown, ordering: Ordering): boolean {
  const a = comparable(left)
  const b = comparable(right)
  if (a === undefined || b === undefined) return false
  switch (ordering) {
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
  }
}

function comparable(value: unknown): number | string | bigint | undefined {
  return typeof value === 'string' ? value : exactNumber(value)
}

export function contains(container: unknown, value: unknown): boolean {
  if (typeof container === 'string') return value !== undefined && value !== null && container.includes(toText(value))
  return Array.isArray(container) && container.some((each) => equal(each, value))
}

/** Empty text, array or object. `blank` is also null, false and text of white space only. */
export function isEmpty(value: unknown, blank: boolean): boolean {
  if (typeof value === 'string') return (blank ? value.trim() : value) === ''
  if (Array.isArray(value)) return value.length === 0
  if (typeof value === 'object' && value !== null) return !isRawNumber(value) && Object.keys(value).length === 0
  return blank && (value === null || value === undefined || value === false)
}
