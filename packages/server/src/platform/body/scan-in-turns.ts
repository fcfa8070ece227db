import { isUtf8 } from 'node:buffer'
import { inTurns } from '../in-turns.ts'
import { byteOrderMark } from './charset.ts'
import { joinInTurns } from './join-in-turns.ts'
import type { JsonScan, JsonVisitor } from './json-scan.ts'

/** So many bytes take half a millisecond, whatever they are. */
const STEP_BYTES = 16 * 1024

/** The body as UTF-8, without a byte order mark; undefined if its bytes are not of the charset. A body in UTF-8 is not copied. */
export async function utf8InTurns(body: Uint8Array, charset: string | undefined): Promise<Uint8Array | undefined> {
  const marked = byteOrderMark(body)
  const encoding = marked ?? charset ?? 'utf-8'
  if (encoding !== 'utf-8') return transcoded(body, encoding)
  let at = marked === undefined ? 0 : 3
  const utf8 = body.subarray(at)
  at = 0
  let isText = true
  await inTurns(() => {
    const end = characterEnd(utf8, at + STEP_BYTES * 4)
    isText = isUtf8(utf8.subarray(at, end))
    at = end
    return !isText || at >= utf8.length
  })
  return isText ? utf8 : undefined
}

/** Not within a character, as far as the bytes are UTF-8. */
function characterEnd(utf8: Uint8Array, most: number): number {
  if (most >= utf8.length) return utf8.length
  let end = most
  while (end > most - 3 && (utf8[end]! & 0xc0) === 0x80) end--
  return end
}

async function transcoded(body: Uint8Array, encoding: string): Promise<Uint8Array | undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const pieces: Uint8Array[] = []
  let at = 0
  let isText = true
  await inTurns(() => {
    const end = Math.min(at + STEP_BYTES, body.length)
    try {
      pieces.push(Buffer.from(decoder.decode(body.subarray(at, end), { stream: end < body.length })))
    } catch {
      isText = false
    }
    at = end
    return !isText || at >= body.length
  })
  return isText ? joinInTurns(pieces) : undefined
}

/** Scans to the end, or to the first fault, which the scan then names. */
export async function scanInTurns(scan: JsonScan, length: number): Promise<void> {
  let at = 0
  await inTurns(() => {
    at = Math.min(at + STEP_BYTES, length)
    return !scan.advance(at) || at === length
  })
  scan.finish()
}

/** Passes on to several visitors, to each what it wants to hear. */
export function together(visitors: readonly JsonVisitor[]): JsonVisitor | null {
  return visitors.length > 1 ? new Together(visitors) : (visitors[0] ?? null)
}

class Together implements JsonVisitor {
  readonly #all: readonly { readonly visitor: JsonVisitor; /** From this depth on it hears nothing; 0: it does. */ quiet: number }[]
  #depth = 0

  constructor(visitors: readonly JsonVisitor[]) {
    this.#all = visitors.map((visitor) => ({ visitor, quiet: 0 }))
  }

  open(isArray: boolean, start: number): boolean {
    this.#depth++
    for (const one of this.#all) if (one.quiet === 0 && !one.visitor.open(isArray, start)) one.quiet = this.#depth
    if (this.#all.some((one) => one.quiet === 0)) return true
    this.#leave()
    return false
  }

  close(end: number): void {
    for (const one of this.#all) if (one.quiet === 0) one.visitor.close(end)
    this.#leave()
  }

  #leave(): void {
    for (const one of this.#all) if (one.quiet === this.#depth) one.quiet = 0
    this.#depth--
  }

  key(start: number, end: number): void {
    for (const one of this.#all) if (one.quiet === 0) one.visitor.key(start, end)
  }

  item(): void {
    for (const one of this.#all) if (one.quiet === 0) one.visitor.item()
  }

  scalar(start: number, end: number): void {
    for (const one of this.#all) if (one.quiet === 0) one.visitor.scalar(start, end)
  }
}
