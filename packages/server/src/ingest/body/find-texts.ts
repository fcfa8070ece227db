import { parseExactJson } from '#domain'
import type { JsonVisitor } from '#platform'
import { scalarText, type BodyPath } from '../request/value-path.ts'

/** Longer text is no id and no event type, and would be read in one piece. */
export const TEXT_BYTES_MAX = 64 * 1024

interface Sought {
  readonly path: BodyPath
  /** So many steps of the path lead to where the scan is. */
  matched: number
  /** Where its value stands. */
  range: readonly [number, number] | undefined
}

/** Finds the values of a few paths while a large body is scanned. As in a parsed body, the last of equal names counts. */
export class TextFinder implements JsonVisitor {
  readonly #json: Uint8Array
  readonly #sought: readonly Sought[]
  /** For each list or object that the scan is in: the item's number. */
  readonly #indexes: number[] = []
  readonly #nameBytesMax: number

  constructor(json: Uint8Array, paths: readonly BodyPath[]) {
    this.#json = json
    this.#sought = paths.map((path) => ({ path, matched: 0, range: undefined }))
    this.#nameBytesMax = nameBytesMax(Math.max(0, ...paths.flatMap(({ steps }) => steps.map((step) => String(step).length))))
  }

  textOf(path: BodyPath): string | undefined {
    const range = this.#sought.find((one) => sameSteps(one.path, path))?.range
    if (range === undefined || range[1] - range[0] > TEXT_BYTES_MAX) return undefined
    return scalarText(parseExactJson(textBetween(this.#json, range)))
  }

  open(isArray: boolean): boolean {
    const depth = this.#indexes.length
    let wanted = false
    for (const one of this.#sought) {
      if (one.matched !== depth) continue
      one.range = undefined
      const step = one.path.steps[depth]
      if (step === undefined || (isArray && typeof step !== 'number')) continue
      wanted = true
      if (isArray && step === 0) one.matched++
    }
    if (wanted) this.#indexes.push(0)
    return wanted
  }

  close(): void {
    this.#indexes.pop()
    const depth = this.#indexes.length
    for (const one of this.#sought) one.matched = Math.min(one.matched, depth)
  }

  key(start: number, end: number): void {
    this.#arriveAt(end - start > this.#nameBytesMax ? undefined : (JSON.parse(textBetween(this.#json, [start, end])) as string))
  }

  item(): void {
    this.#arriveAt(++this.#indexes[this.#indexes.length - 1]!)
  }

  /** A number as the name of a member is its digits; a name is no item of a list, of which `open` has made sure. */
  #arriveAt(step: string | number | undefined): void {
    const depth = this.#indexes.length
    for (const one of this.#sought) {
      if (one.matched < depth - 1) continue
      const wanted = one.path.steps[depth - 1]
      one.matched =
        wanted !== undefined && step !== undefined && (wanted === step || (typeof step === 'string' && String(wanted) === step))
          ? depth
          : depth - 1
    }
  }

  scalar(start: number, end: number): void {
    const depth = this.#indexes.length
    for (const one of this.#sought) {
      if (one.matched === depth) one.range = one.path.steps.length === depth ? [start, end] : undefined
    }
  }
}

function sameSteps({ steps: a }: BodyPath, { steps: b }: BodyPath): boolean {
  return a === b || (a.length === b.length && a.every((step, i) => step === b[i]))
}

/** No longer name can be one of so many characters, whatever of it is escaped. */
export function nameBytesMax(characters: number): number {
  return 2 + 6 * characters
}

export function textBetween(json: Uint8Array, [start, end]: readonly [number, number]): string {
  return Buffer.from(json.buffer, json.byteOffset + start, end - start).toString()
}
