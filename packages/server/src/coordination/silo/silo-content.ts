import { isJsonContentType, isRawNumber, limits, parseExactJson, siloLimits } from '#domain'
import { JsonScan, scanInTurns, utf8InTurns, type JsonVisitor } from '#platform'

/** What is kept, or to be kept: JSON as its text, or any other bytes. */
export interface SiloContent {
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** A text, number, truth or null of a document, and its path: `order.total`, `lines[].sku`, where `[]` is any item of a list. */
export interface SiloValue {
  readonly path: string
  readonly value: string
}

/**
 * The JSON of content that says it is JSON, as UTF-8 without a byte order mark, and the values by which it is found. Undefined: it is no
 * JSON, whatever it says, because a stranger may have sent it. Read in turns: a megabyte of small values takes longer than others may wait.
 */
export async function readJsonContent(
  content: SiloContent,
): Promise<{ readonly json: Uint8Array; readonly values: readonly SiloValue[] } | undefined> {
  if (!isJsonContentType(content.contentType)) return undefined
  const json = await utf8InTurns(content.bytes, undefined)
  if (json === undefined) return undefined
  const finder = new ValueFinder(json)
  const scan = new JsonScan(json, { depthMax: DEPTH_MAX, visitor: finder })
  await scanInTurns(scan, json.length)
  return scan.fault === undefined ? { json, values: finder.values() } : undefined
}

/** What flows save may wrap a body, and so nests as deep as two. */
const DEPTH_MAX = 2 * limits.jsonDepthMax
/** A character takes six bytes at most, as an escape. */
const bytesOf = (characters: number): number => characters * 6 + 2

/** Finds the first values of a document while it is scanned. */
class ValueFinder implements JsonVisitor {
  readonly #json: Uint8Array
  readonly #found = new Map<string, SiloValue>()
  /** The lists and objects that the scan is in. */
  readonly #within: { readonly path: string; readonly isArray: boolean }[] = []
  /** Where the next value stands; undefined: too far down for a path. */
  #path: string | undefined = ''

  constructor(json: Uint8Array) {
    this.#json = json
  }

  values(): readonly SiloValue[] {
    return [...this.#found.values()]
  }

  open(isArray: boolean): boolean {
    const path = this.#path
    if (path === undefined || this.#found.size === siloLimits.valuesMax) return false
    this.#within.push({ path, isArray })
    if (isArray) this.#goTo(`${path}[]`)
    return true
  }

  close(): void {
    this.#within.pop()
    const around = this.#within.at(-1)
    if (around?.isArray === true) this.#goTo(`${around.path}[]`)
  }

  key(start: number, end: number): void {
    const { path } = this.#within.at(-1)!
    if (end - start > bytesOf(siloLimits.pathCharactersMax)) this.#path = undefined
    else this.#goTo(`${path === '' ? '' : `${path}.`}${this.#textAt(start, end)}`)
  }

  item(): void {}

  scalar(start: number, end: number): void {
    const path = this.#path
    const { valuesMax, valueCharactersMax } = siloLimits
    if (path === undefined || this.#found.size === valuesMax || end - start > bytesOf(valueCharactersMax)) return
    const value = this.#textAt(start, end)
    if (value.length <= valueCharactersMax && isKept(value) && isKept(path)) this.#found.set(`${path}\0${value}`, { path, value })
  }

  #goTo(path: string): void {
    this.#path = path.length <= siloLimits.pathCharactersMax ? path : undefined
  }

  #textAt(start: number, end: number): string {
    const { buffer, byteOffset } = this.#json
    const value = parseExactJson(Buffer.from(buffer, byteOffset + start, end - start).toString())
    return isRawNumber(value) ? value.rawJSON : String(value)
  }
}

/** PostgreSQL keeps no NUL and no half of a surrogate pair. */
const isKept = (text: string): boolean => !text.includes('\0') && text.isWellFormed()
