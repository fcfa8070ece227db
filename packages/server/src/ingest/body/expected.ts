import { escapePointer, type FieldFault, type Listener, type ListenerExpected } from '#domain'
import type { Headers } from '../request/headers.ts'
import { readQuery } from '../request/query.ts'
import { scalarText } from '../request/value-path.ts'

export const FAULTS_MAX = 20

/** Where a request does not have the expected structure. Only asked for strict listeners: otherwise live data need not match. */
export function mismatches(
  expected: ListenerExpected,
  request: { headers: Headers; query: string; bodyFaults: () => readonly FieldFault[] },
): FieldFault[] {
  const faults: FieldFault[] = []
  const query = readQuery(request.query)
  for (const row of expected.headers) {
    if (row.required !== false && request.headers[row.name.toLowerCase()] === undefined)
      faults.push(missing(`/headers/${escapePointer(row.name)}`))
  }
  for (const row of expected.query) {
    if (row.required !== false && query[row.name] === undefined) faults.push(missing(`/query/${escapePointer(row.name)}`))
  }
  faults.push(...request.bodyFaults())
  return faults.slice(0, FAULTS_MAX)
}

export type Example = NonNullable<Listener['expected']['body']>

/** Where a parsed body is not as the example, which is null for any structure; undefined is a body that is no JSON. */
export function faultsWithin(example: Example | null, value: unknown): FieldFault[] {
  const faults: FieldFault[] = []
  compare(example, value, { pointer: BODY, faults })
  return faults.slice(0, FAULTS_MAX)
}

export const BODY = '/body'

/** Names and kinds must be those of the example; values, and what comes besides, are free. Null in the example is anything. */
function compare(example: Example | null, value: unknown, at: { pointer: string; faults: FieldFault[] }): void {
  if (example === null || at.faults.length >= FAULTS_MAX) return
  if (value === undefined) return void at.faults.push(missing(at.pointer))
  const wanted = kindOf(example)
  if (kindOf(value) !== wanted) return void at.faults.push(wrongKind(at.pointer, wanted))
  if (Array.isArray(example)) {
    const [first] = example
    if (first === undefined) return
    const items = value as unknown[]
    for (let i = 0; i < items.length && at.faults.length < FAULTS_MAX; i++)
      compare(first, items[i], { ...at, pointer: `${at.pointer}/${i}` })
  } else if (typeof example === 'object') {
    const object = value as Record<string, unknown>
    for (const [name, inner] of membersOf(example)) {
      if (at.faults.length >= FAULTS_MAX) return
      compare(inner, Object.hasOwn(object, name) ? object[name] : undefined, { ...at, pointer: `${at.pointer}/${escapePointer(name)}` })
    }
  }
}

const members = new WeakMap<object, readonly (readonly [name: string, example: Example])[]>()

/** What an object must have. Listed once for an example, which may have thousands of names, and not for each body. */
export function membersOf(example: object): readonly (readonly [name: string, example: Example])[] {
  let known = members.get(example)
  if (known === undefined) {
    known = Object.entries(example).filter((entry): entry is [string, Example] => entry[1] !== null && entry[1] !== undefined)
    members.set(example, known)
  }
  return known
}

const longest = new WeakMap<object, number>()

/** The characters of its longest name. */
export function longestNameOf(example: Example | null): number {
  if (typeof example !== 'object' || example === null) return 0
  let most = longest.get(example)
  if (most === undefined) {
    most = 0
    if (Array.isArray(example)) most = longestNameOf(example[0] ?? null)
    else for (const [name, inner] of membersOf(example)) most = Math.max(most, name.length, longestNameOf(inner))
    longest.set(example, most)
  }
  return most
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'boolean') return 'true or false'
  // A number that a double cannot hold is kept as its own text.
  return typeof value === 'number' || scalarText(value) !== undefined ? 'a number' : 'an object'
}

export function wrongKind(pointer: string, wanted: string): FieldFault {
  return { pointer, message: `This is not ${wanted}.`, code: 'type' }
}

export function missing(pointer: string): FieldFault {
  return { pointer, message: 'This is missing.', code: 'missing' }
}
