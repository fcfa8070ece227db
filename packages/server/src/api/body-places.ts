import type { JsonVisitor } from '#platform'

/** Beyond what is not looked into: a body of configuration has a few hundred, a catalogue of event types some thousand. */
export const VALUES_MAX = 30_000

interface Place {
  readonly bytes: Uint8Array
  readonly members: ReadonlyMap<string, Place>
  readonly elements: readonly Place[]
}

const remembered = new WeakMap<Uint8Array, Place>()

/** Where the members and elements of a large body stand, which were found while it was scanned; undefined for small ones. */
export function placesOf(json: Uint8Array): Pick<Place, 'members' | 'elements'> | undefined {
  return remembered.get(json)
}

interface Opened {
  readonly start: number
  readonly isArray: boolean
  readonly members: Map<string, Place>
  readonly elements: Place[]
  /** The name of the member that follows. */
  name: string
}

/** The body, its messages, and the members of each of them: nothing deeper is asked for. */
const DEPTH_MAX = 3

/** Finds the bytes of members and of messages in one scan, and what of a body need not be parsed because only its bytes are used. */
export class PlaceFinder implements JsonVisitor {
  readonly #json: Uint8Array
  readonly #opaque: readonly string[]
  readonly #opened: Opened[] = []
  readonly #skipped: { readonly start: number; readonly end: number; readonly isArray: boolean }[] = []
  #depth = 0
  /** Within an opaque member, and how deep it began. */
  #opaqueDepth: number | undefined
  #root: Place | undefined
  /** Outside of opaque members. */
  values = 0

  constructor(json: Uint8Array, opaque: readonly string[]) {
    this.#json = json
    this.#opaque = opaque
  }

  open(isArray: boolean, start: number): boolean {
    if (this.#opaqueDepth === undefined) {
      this.values++
      if (this.#isOpaque()) this.#opaqueDepth = this.#depth
    }
    if (this.#depth++ < DEPTH_MAX) this.#opened.push({ start, isArray, members: new Map(), elements: [], name: '' })
    else if (this.#depth === DEPTH_MAX + 1) this.#deepStart = { start, isArray }
    return true
  }

  #deepStart = { start: 0, isArray: false }

  close(end: number): void {
    this.#depth--
    if (this.#depth > DEPTH_MAX) return
    const opened = this.#depth < DEPTH_MAX ? this.#opened.pop()! : undefined
    const { start, isArray } = opened ?? this.#deepStart
    if (this.#opaqueDepth === this.#depth) {
      this.#opaqueDepth = undefined
      this.#skipped.push({ start, end, isArray })
    }
    this.#found(start, end, opened)
  }

  key(start: number, end: number): void {
    const level = this.#opened.at(-1)
    if (this.#depth <= DEPTH_MAX && this.#opaqueDepth === undefined) level!.name = JSON.parse(this.#text(start, end)) as string
  }

  item(): void {}

  scalar(start: number, end: number): void {
    if (this.#opaqueDepth === undefined) this.values++
    if (this.#depth <= DEPTH_MAX) this.#found(start, end, undefined)
  }

  #found(start: number, end: number, inside: Opened | undefined): void {
    if (this.#opaqueDepth !== undefined || this.values > VALUES_MAX) return
    const place = { bytes: this.#json.subarray(start, end), members: inside?.members ?? NO_MEMBERS, elements: inside?.elements ?? [] }
    const level = this.#opened.at(-1)
    if (level === undefined) this.#root = place
    else if (level.isArray) level.elements.push(place)
    else level.members.set(level.name, place)
  }

  /** A member of the body, or of an element of its list of messages. */
  #isOpaque(): boolean {
    const level = this.#opened.at(-1)
    if (level === undefined || level.isArray || !this.#opaque.includes(level.name)) return false
    return this.#depth === 1 || (this.#depth === 3 && this.#opened[1]!.isArray && this.#opened[0]!.name === 'messages')
  }

  #text(start: number, end: number): string {
    return Buffer.from(this.#json.buffer, this.#json.byteOffset + start, end - start).toString()
  }

  /** The body with an empty list or object for each that is not looked into. */
  textToParse(): string {
    let text = ''
    let at = 0
    for (const { start, end, isArray } of this.#skipped) {
      text += this.#text(at, start) + (isArray ? '[]' : '{}')
      at = end
    }
    return text + this.#text(at, this.#json.length)
  }

  /** So that nobody searches `raw` for what was found here. */
  remember(raw: Uint8Array): void {
    if (this.#root !== undefined) remember(raw, this.#root)
  }
}

const NO_MEMBERS: ReadonlyMap<string, Place> = new Map()

function remember(json: Uint8Array, place: Place): void {
  remembered.set(json, place)
  for (const inner of [...place.members.values(), ...place.elements]) {
    if (inner.members.size > 0 || inner.elements.length > 0) remember(inner.bytes, inner)
  }
}
