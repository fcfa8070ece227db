import { isRawNumber, limits } from '#domain'

/** What a step would make is larger, or nests deeper, than anything may that leaves it. */
export class TooLargeError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TooLargeError'
  }
}

/** Data nests as deep as a body may; a template that wraps some, which was a body itself, adds as much again. */
const DEPTH_MAX = 2 * limits.jsonDepthMax

/**
 * The JSON text of a value, if it has `bytesMax` bytes at most. What is larger is never written: a tree of a thousand leaves that are
 * one body each is small in memory, and gigabytes as text. Throws `TooLargeError` for what nests too deep for the call stack.
 */
export function jsonWithin(value: unknown, bytesMax: number): string | undefined {
  if (!weighsWithin(value, bytesMax)) return undefined
  const text = JSON.stringify(value) ?? 'null'
  // A character takes three bytes at most in UTF-8, so most texts need not be counted.
  return text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax ? text : undefined
}

/** False: the JSON text of the value has surely more bytes. The count ends where that is known, and takes the least of what each value may need. */
export function weighsWithin(value: unknown, bytesMax: number): boolean {
  return left(value, bytesMax, 0) >= 0
}

/**
 * The bytes of the JSON text of a value; undefined beyond `bytesMax`. What is surely small is not written to be counted: it has at least
 * so many bytes, and few texts have more.
 */
export function jsonBytes(value: unknown, bytesMax: number): number | undefined {
  const least = bytesMax - left(value, bytesMax, 0)
  if (least <= UNWRITTEN_BYTES_MAX) return least
  if (least > bytesMax) return undefined
  const text = jsonWithin(value, bytesMax)
  return text === undefined ? undefined : Buffer.byteLength(text)
}

const UNWRITTEN_BYTES_MAX = 4096

function left(value: unknown, room: number, depth: number): number {
  if (typeof value === 'string') return room - value.length - 2
  if (typeof value !== 'object' || value === null) return room - 1
  if (depth === DEPTH_MAX) throw new TooLargeError(`What the step makes nests deeper than ${DEPTH_MAX} levels.`)
  let rest = room - 2
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && rest >= 0; index++) rest = left(value[index], index === 0 ? rest : rest - 1, depth + 1)
    return rest
  }
  let separators = 3
  for (const name in value) {
    if (name === 'rawJSON' && isRawNumber(value)) return room - value.rawJSON.length
    rest = left((value as Record<string, unknown>)[name], rest - name.length - separators, depth + 1)
    separators = 4
    if (rest < 0) return rest
  }
  return rest
}
