import type { JsonVisitor } from '#platform'
import type { BodyPath } from '../request/value-path.ts'
import { nameBytesMax, textBetween } from './find-texts.ts'

type Range = readonly [start: number, end: number]

/** Finds where each item of one list stands while a large body is scanned. As in a parsed body, the last of equal names counts. */
export class ItemFinder implements JsonVisitor {
  /** Undefined: there is no list at the path. */
  ranges: Range[] | undefined
  readonly #json: Uint8Array
  readonly #names: readonly string[]
  readonly #most: number
  readonly #nameBytesMax: number
  #depth = 0
  /** So many names of the path lead to where the scan is. */
  #matched = 0
  /** How deep the inside of the list is, while the scan is in it. */
  #list: number | undefined
  #itemStart = 0

  /** More than `most` items are not given one by one: there is one more then. */
  constructor(json: Uint8Array, { steps }: BodyPath, most: number) {
    this.#json = json
    this.#names = steps.map(String)
    this.#most = most
    this.#nameBytesMax = nameBytesMax(Math.max(0, ...this.#names.map(({ length }) => length)))
  }

  open(isArray: boolean, start: number): boolean {
    if (this.#list !== undefined) {
      if (this.#depth > this.#list) return false
      this.#itemStart = start
      this.#depth++
      return true
    }
    if (this.#matched !== this.#depth) return false
    const isHere = this.#depth === this.#names.length
    this.ranges = isHere && isArray ? [] : undefined
    if (isHere !== isArray) return false
    this.#depth++
    if (isArray) this.#list = this.#depth
    return true
  }

  close(end: number): void {
    this.#depth--
    this.#matched = Math.min(this.#matched, this.#depth)
    if (this.#depth === this.#list) this.#found(this.#itemStart, end)
    else if (this.#list !== undefined) this.#list = undefined
  }

  key(start: number, end: number): void {
    if (this.#list !== undefined) return
    const name = end - start > this.#nameBytesMax ? undefined : (JSON.parse(textBetween(this.#json, [start, end])) as string)
    this.#matched = name === this.#names[this.#depth - 1] ? this.#depth : this.#depth - 1
  }

  item(): void {}

  scalar(start: number, end: number): void {
    if (this.#list === undefined) {
      if (this.#matched === this.#depth && this.#depth <= this.#names.length) this.ranges = undefined
    } else if (this.#depth === this.#list) this.#found(start, end)
  }

  #found(start: number, end: number): void {
    if (this.ranges!.length <= this.#most) this.ranges!.push([start, end])
  }
}
