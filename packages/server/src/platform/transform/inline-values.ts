import { isRawNumber } from '#domain/exact-json'

/** What inline expressions do with values: each of these answers as JSONata would, or leaves through `Bail`. */

const TEXT_CHARACTERS_MAX = 1_000_000

/** Thrown where an expression belongs in another process. */
class Bail extends Error {}

/** The call stack may be too short for what nests deep; JSONata has a bound of its own for that. */
export const isBail = (error: unknown): boolean => error instanceof Bail || error instanceof RangeError

export const bail = (): never => {
  throw new Bail()
}

export function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : bail()
}

function string(value: unknown): string {
  return typeof value === 'string' ? bounded(value) : bail()
}

/** A pair of surrogates is one character. */
const characters = (value: string): number => value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0)

export const bounded = (value: string): string => (value.length > TEXT_CHARACTERS_MAX ? bail() : value)

function numbers(value: unknown): readonly number[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.length > 0 && list.every((each) => typeof each === 'number' && Number.isFinite(each)) ? (list as number[]) : bail()
}

/** JSONata's `$string` of simple values: numbers to 15 digits. */
export function text(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(Number.isInteger(number(value)) ? value : Number(value.toPrecision(15)))
  return typeof value === 'boolean' || value === null ? String(value) : bail()
}

export function primitive(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? bail() : value
}

export function comparable(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b || typeof (a ?? b) === 'number' || typeof (a ?? b) === 'string' ? false : bail()
  return typeof a === typeof b && (typeof a === 'number' || typeof a === 'string') ? true : bail()
}

/** JSONata's effective boolean value; nothing is false. */
export function truth(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(truth)
  if (typeof value === 'object' && value !== null) return isRawNumber(value) ? bail() : Object.keys(value).length > 0
  return Boolean(value)
}

/** Functions whose cost is the size of their input. */
export const functions: Readonly<Record<string, (value: unknown) => unknown>> = {
  sum: (value) => numbers(value).reduce((total, each) => total + each, 0),
  max: (value) => numbers(value).reduce((most, each) => Math.max(most, each)),
  min: (value) => numbers(value).reduce((least, each) => Math.min(least, each)),
  average: (value) => numbers(value).reduce((total, each) => total + each, 0) / numbers(value).length,
  count: (value) => (value === undefined ? 0 : Array.isArray(value) ? value.length : 1),
  exists: (value) => value !== undefined,
  not: (value) => (value === undefined ? bail() : !truth(value)),
  boolean: (value) => (value === undefined ? bail() : truth(value)),
  uppercase: (value) => string(value).toUpperCase(),
  lowercase: (value) => string(value).toLowerCase(),
  length: (value) => characters(string(value)),
  string: (value) => (value === undefined ? bail() : text(value)),
  number: (value) => (typeof value === 'string' && /^-?[0-9]+(\.[0-9]+)?$/.test(value) ? number(Number.parseFloat(value)) : number(value)),
  floor: (value) => Math.floor(number(value)),
  ceil: (value) => Math.ceil(number(value)),
  abs: (value) => Math.abs(number(value)),
}
