import { escapePointer, type FieldFault } from '#domain'
import type { JsonVisitor } from '#platform'
import { BODY, FAULTS_MAX, kindOf, longestNameOf, membersOf, missing, wrongKind, type Example } from './expected.ts'
import { nameBytesMax, textBetween } from './find-texts.ts'

type Wanted = Example | null | undefined

/** A list or an object of the body, beside the example's. */
interface Level {
  /** Of an object. */
  readonly members: Readonly<Record<string, Wanted>> | undefined
  /** Of each item of a list. */
  readonly item: Wanted
  name: string
  index: number
  /** What is wrong with each member so far; of equal names the last counts. */
  readonly seen: Map<string, FieldFault[]>
  /** Where the faults of the member or item go that the scan is at. */
  faults: FieldFault[]
}

/** Compares a large body with the example while it is scanned, and finds what `faultsWithin` finds in a parsed one. */
export class StructureCheck implements JsonVisitor {
  readonly #json: Uint8Array
  readonly #levels: Level[] = []
  readonly #nameBytesMax: number
  #here: Wanted
  readonly faults: FieldFault[] = []

  constructor(json: Uint8Array, example: Example) {
    this.#json = json
    this.#here = example
    this.#nameBytesMax = nameBytesMax(longestNameOf(example))
  }

  open(isArray: boolean): boolean {
    const example = this.#here
    // Where no fault is reported any more, none is looked for.
    if (example === null || example === undefined || this.#room() === 0 || !this.#isKind(example, isArray ? 'an array' : 'an object'))
      return false
    const item = Array.isArray(example) ? (example[0] ?? null) : null
    if (isArray && item === null) return false
    const members = isArray ? undefined : (example as Readonly<Record<string, Wanted>>)
    this.#levels.push({ members, item, name: '', index: 0, seen: new Map(), faults: [] })
    this.#here = item
    return true
  }

  close(): void {
    const level = this.#levels.pop()!
    if (level.members === undefined) return this.#add(level.faults)
    for (const [name] of membersOf(level.members)) {
      if (this.#room() === 0) return
      this.#add(level.seen.get(name) ?? [missing(`${this.#pointer()}/${escapePointer(name)}`)])
    }
  }

  key(start: number, end: number): void {
    const level = this.#levels.at(-1)!
    const name = end - start > this.#nameBytesMax ? undefined : (JSON.parse(textBetween(this.#json, [start, end])) as string)
    this.#here = name !== undefined && Object.hasOwn(level.members!, name) ? level.members![name] : undefined
    if (name === undefined || this.#here === undefined) return
    level.name = name
    level.faults = []
    level.seen.set(name, level.faults)
  }

  item(): void {
    const level = this.#levels.at(-1)!
    level.index++
    this.#here = level.item
  }

  scalar(start: number): void {
    if (this.#here !== null && this.#here !== undefined) this.#isKind(this.#here, kinds[this.#json[start]!] ?? 'a number')
  }

  #isKind(example: Example, kind: string): boolean {
    const wanted = kindOf(example)
    if (wanted !== kind && this.#room() > 0) this.#add([wrongKind(this.#pointer(), wanted)])
    return wanted === kind
  }

  #add(faults: readonly FieldFault[]): void {
    const to = this.#levels.at(-1)?.faults ?? this.faults
    to.push(...faults.slice(0, this.#room()))
  }

  #room(): number {
    return FAULTS_MAX - (this.#levels.at(-1)?.faults ?? this.faults).length
  }

  #pointer(): string {
    return BODY + this.#levels.map((level) => `/${level.members === undefined ? level.index : escapePointer(level.name)}`).join('')
  }
}

/** By the first byte of a value; everything else begins a number. */
const kinds: Readonly<Record<number, string>> = { 0x22: 'a text', 0x74: 'true or false', 0x66: 'true or false', 0x6e: 'null' }
