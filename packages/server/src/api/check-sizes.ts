import type { z } from 'zod'
import { escapePointer, isRawNumber, type FieldFault } from '#domain'

/** Entries of one list or object, where its schema does not look into each of them for a reason of its own. */
export const ENTRIES_MAX = 10_000

/**
 * The first list or object with more entries than a caller can mean. Asked before a schema looks into each of them: it reports a fault for
 * each, and a megabyte has room for half a million. Values that may be any JSON are left alone, because nobody looks into them.
 * Or a name that reading would drop without a word.
 */
export function faultOfEntries(schema: z.ZodType, value: unknown, pointer = ''): FieldFault | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const definition = schema._zod.def as Definition
  switch (definition.type) {
    case 'object':
      if (Array.isArray(value)) return undefined
      return (
        number(value, pointer) ??
        counted(value, pointer) ??
        (isOpen(definition.catchall) ? dropped(value, pointer) : undefined) ??
        inMembers(definition.shape, value, pointer)
      )
    case 'record':
      return Array.isArray(value)
        ? undefined
        : (number(value, pointer) ?? counted(value, pointer) ?? dropped(value, pointer) ?? inEach(definition.valueType, value, pointer))
    case 'array':
      return Array.isArray(value) ? (counted(value, pointer) ?? inEach(definition.element, value, pointer)) : undefined
    case 'union':
      return firstOf(definition.options, (option) => faultOfEntries(option, value, pointer))
    case 'pipe':
      // What is read before (older names of fields) leaves the value to the schema after it.
      return faultOfEntries(definition.in, value, pointer) ?? faultOfEntries(definition.out, value, pointer)
    default:
      return 'innerType' in definition ? faultOfEntries(definition.innerType, value, pointer) : undefined
  }
}

/** As far as this file reads what zod keeps of a schema. */
type Definition =
  | { readonly type: 'object'; readonly shape: Readonly<Record<string, z.ZodType>>; readonly catchall?: z.ZodType }
  | { readonly type: 'record'; readonly valueType: z.ZodType }
  | { readonly type: 'array'; readonly element: z.ZodType }
  | { readonly type: 'union'; readonly options: readonly z.ZodType[] }
  | { readonly type: 'pipe'; readonly in: z.ZodType; readonly out: z.ZodType }
  | { readonly type: 'optional' | 'nullable' | 'default' | 'prefault' | 'readonly' | 'nonoptional'; readonly innerType: z.ZodType }
  | { readonly type: 'string' }

/** A number of many digits is an object in JavaScript, and nowhere else. */
function number(value: object, pointer: string): FieldFault | undefined {
  return isRawNumber(value) ? { pointer, code: 'invalid_type', message: 'Give an object, not a number.' } : undefined
}

function counted(value: object, pointer: string): FieldFault | undefined {
  const count = Array.isArray(value) ? value.length : Object.keys(value).length
  if (count <= ENTRIES_MAX) return undefined
  return { pointer, code: 'too_big', message: `Give at most ${ENTRIES_MAX} entries; here are ${count}.` }
}

/** Whether an object takes members that it does not name. */
function isOpen(catchall: z.ZodType | undefined): boolean {
  return catchall !== undefined && catchall._zod.def.type !== 'never'
}

/** Assigning to `__proto__` adds no member, so zod leaves it out of what it reads of a record. Other objects refuse it as unknown. */
function dropped(value: object, pointer: string): FieldFault | undefined {
  if (!Object.hasOwn(value, '__proto__')) return undefined
  return { pointer: `${pointer}/__proto__`, code: 'forbidden_name', message: 'A field cannot be called "__proto__". Choose another name.' }
}

function inMembers(shape: Readonly<Record<string, z.ZodType>>, value: object, pointer: string): FieldFault | undefined {
  return firstOf(Object.keys(shape), (name) =>
    Object.hasOwn(value, name)
      ? faultOfEntries(shape[name]!, (value as Readonly<Record<string, unknown>>)[name], `${pointer}/${name}`)
      : undefined,
  )
}

function inEach(schema: z.ZodType, value: object, pointer: string): FieldFault | undefined {
  return firstOf(Object.entries(value), ([key, inner]) => faultOfEntries(schema, inner, `${pointer}/${escapePointer(key)}`))
}

function firstOf<Item>(items: readonly Item[], find: (item: Item) => FieldFault | undefined): FieldFault | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether a body of this schema has a place for any JSON, which may be long; all others are short. */
export function takesAnyJson(schema: z.ZodType): boolean {
  const definition = schema._zod.def as Definition | { readonly type: 'unknown' | 'any' | 'custom' }
  switch (definition.type) {
    case 'unknown':
    case 'any':
    case 'custom':
      return true
    case 'object':
      return [...Object.values(definition.shape), ...(definition.catchall ? [definition.catchall] : [])].some(takesAnyJson)
    case 'record':
      return takesAnyJson(definition.valueType)
    case 'array':
      return takesAnyJson(definition.element)
    case 'union':
      return definition.options.some(takesAnyJson)
    case 'pipe':
      return takesAnyJson(definition.in) || takesAnyJson(definition.out)
    default:
      return 'innerType' in definition && takesAnyJson(definition.innerType)
  }
}
