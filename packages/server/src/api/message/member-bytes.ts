import { placesOf } from '../body-places.ts'
import { textEnd } from '../json-text-end.ts'

const QUOTE = 0x22
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const COMMA = 0x2c
const COLON = 0x3a

/**
 * The bytes of one member of a JSON object, exactly as they came: payloads are sent and signed as they were given, and parsing
 * and writing them again would change numbers, escapes and spacing. `json` must be well-formed (it was parsed before). Of equal
 * names the last counts, as it does for `JSON.parse`.
 */
export function memberBytes(json: Uint8Array, name: string): Uint8Array | undefined {
  const known = placesOf(json)
  if (known !== undefined) return known.members.get(name)?.bytes
  let found: Uint8Array | undefined
  let at = skipSpace(json, skipByteOrderMark(json)) + 1 // behind the opening brace
  for (;;) {
    at = skipSpace(json, at)
    if (json[at] !== QUOTE) return found // the closing brace of an empty object
    const keyEnd = textEnd(json, at)
    const key = textOf(json, at, keyEnd)
    at = skipSpace(json, keyEnd)
    if (json[at] !== COLON) return undefined
    const start = skipSpace(json, at + 1)
    const end = valueEnd(json, start)
    if (key === name) found = json.subarray(start, end)
    at = skipSpace(json, end)
    if (json[at] !== COMMA) return found
    at++
  }
}

/** The bytes of each value in a JSON array, likewise. */
export function elementsBytes(json: Uint8Array): Uint8Array[] {
  const known = placesOf(json)
  if (known !== undefined) return known.elements.map(({ bytes }) => bytes)
  const found: Uint8Array[] = []
  let at = skipSpace(json, 0) + 1 // behind the opening bracket
  for (;;) {
    const start = skipSpace(json, at)
    if (start >= json.length || json[start] === CLOSE_ARRAY) return found
    const end = valueEnd(json, start)
    found.push(json.subarray(start, end))
    at = skipSpace(json, end)
    if (json[at] !== COMMA) return found
    at++
  }
}

function textOf(json: Uint8Array, start: number, end: number): string {
  return JSON.parse(Buffer.from(json.buffer, json.byteOffset + start, end - start).toString('utf8')) as string
}

/** Behind the value that begins at `start`. Depth is counted, not recursed into. */
function valueEnd(json: Uint8Array, start: number): number {
  let depth = 0
  let at = start
  while (at < json.length) {
    const byte = json[at]!
    if (byte === QUOTE) at = textEnd(json, at)
    else if (depth === 0 && (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY || isSpace(byte))) return at
    else {
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++
      if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--
      at++
    }
    if (depth === 0 && (byte === QUOTE || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY)) return at
  }
  return at
}

function skipSpace(json: Uint8Array, start: number): number {
  let at = start
  while (at < json.length && isSpace(json[at]!)) at++
  return at
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function skipByteOrderMark(json: Uint8Array): number {
  return json[0] === 0xef && json[1] === 0xbb && json[2] === 0xbf ? 3 : 0
}
