import { headerText, isRawNumber } from '#domain'
import type { Headers } from './headers.ts'
import { readQuery } from './query.ts'

/** Where a value stands in a request: `header:x-event-id`, `query:id`, `body.data[0].id`. */
export type ValuePath =
  | { readonly in: 'header'; readonly name: string }
  | { readonly in: 'query'; readonly name: string }
  | BodyPath
  | ItemPath

export interface BodyPath {
  readonly in: 'body'
  readonly steps: readonly (string | number)[]
}

/** Within one of many events that a request brings: `item.id`. */
export interface ItemPath {
  readonly in: 'item'
  readonly steps: BodyPath['steps']
}

/** Reads a path that the contract has checked. */
export function readValuePath(text: string): ValuePath {
  if (text.startsWith('header:')) return { in: 'header', name: text.slice('header:'.length).toLowerCase() }
  if (text.startsWith('query:')) return { in: 'query', name: text.slice('query:'.length) }
  const path = readBodyPath(text)
  return text.startsWith('item') ? { ...path, in: 'item' } : path
}

/** Of a path within a body, `body.data[0].id`, or within an item of it, `item.id`. */
export function readBodyPath(text: string): BodyPath {
  const steps = [...text.slice(Math.max(0, text.search(/[.[]/))).matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)]
  return { in: 'body', steps: steps.map(([, name, index]) => name ?? Number(index)) }
}

/** Where a list stands: in a body, or in each item of a list that stands in it, each path within an item of the one before. */
export type ItemsPath = readonly [BodyPath, ...BodyPath[]]

/** Reads `body.entry[].changes`, which the contract has checked. */
export function readItemsPath(text: string): ItemsPath {
  const [first = '', ...further] = text.split('[]').filter((part, i) => i === 0 || part !== '')
  return [readBodyPath(first), ...further.map(readBodyPath)]
}

export interface ValueSource {
  readonly headers: Headers
  readonly query: string
  /** The value of a path within the body; undefined where that is not JSON. */
  bodyText(path: BodyPath): string | undefined
  /** The same within the event that is looked at, where there are many. */
  itemText?(path: ItemPath): string | undefined
}

/**
 * The first of the paths that leads to text or a number. What a sender writes where it has nothing to say (null, true or false,
 * empty or blank text, objects and lists) would be one value for many events: as a key it made all of them copies of the first.
 */
export function valueAt(paths: readonly ValuePath[], source: ValueSource): string | undefined {
  for (const path of paths) {
    const text = textAt(path, source)
    if (text !== undefined && isSaid(text)) return text
  }
  return undefined
}

function textAt(path: ValuePath, source: ValueSource): string | undefined {
  if (path.in === 'header') return listText(source.headers[path.name]?.map(headerText), ', ')
  if (path.in === 'query') return listText([readQuery(source.query)[path.name] ?? []].flat(), ',')
  return path.in === 'item' ? source.itemText?.(path) : source.bodyText(path)
}

/** The text or number at the end of a path in a parsed body. */
export function textWithin(body: unknown, path: Pick<BodyPath, 'steps'>): string | undefined {
  return scalarText(valueWithin(body, path))
}

/** What stands at the end of a path in a parsed body. */
export function valueWithin(body: unknown, { steps }: Pick<BodyPath, 'steps'>): unknown {
  let value = body
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || isRawNumber(value) || !Object.hasOwn(value, step)) return undefined
    if (Array.isArray(value) && typeof step === 'string') return undefined
    value = (value as Readonly<Record<string | number, unknown>>)[step]
  }
  return value
}

function listText(values: readonly string[] | undefined, between: string): string | undefined {
  return values?.some(isSaid) ? values.join(between) : undefined
}

function isSaid(text: string): boolean {
  return text.trim() !== ''
}

/** Text or number as text; undefined for everything else: `true` is the same in many requests, so it sets nothing apart. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  return isRawNumber(value) ? value.rawJSON : undefined
}
