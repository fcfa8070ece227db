import { limits, parseExactJson, type FieldFault } from '#domain'
import {
  badXml,
  createXmlReader,
  formInSteps,
  inTurns,
  JsonScan,
  parseBody,
  planBody,
  scanInTurns,
  together,
  tooDeep,
  utf8InTurns,
  wrongBytes,
  type ParsedBody,
  type ParseOptions,
  type UnreadableBody,
} from '#platform'
import { textWithin, valueWithin, type BodyPath, type ItemPath, type ItemsPath } from '../request/value-path.ts'
import { faultsWithin, type Example } from './expected.ts'
import { ItemFinder } from './find-items.ts'
import { TEXT_BYTES_MAX, TextFinder } from './find-texts.ts'
import { StructureCheck } from './structure-check.ts'

/** What a listener asks of a body, known before one comes. */
export interface BodyQuestions {
  /** Values within it. */
  readonly paths: readonly BodyPath[]
  /** The structure it must have; null: any. */
  readonly example: Example | null
  /** Where the list of its events stands, and what is asked of each. Absent: it is one event. */
  readonly items?: ItemQuestions | null
}

export interface ItemQuestions {
  readonly at: ItemsPath
  readonly paths: readonly ItemPath[]
}

/** One of many events in a body. */
export interface BodyItem {
  /** As JSON. */
  readonly json: string
  textAt(path: ItemPath): string | undefined
}

export interface ListenerQuestions extends BodyQuestions {
  /** The same for the same questions, whatever else of the configuration changes: an example may be a megabyte. */
  readonly id: string
}

/** Whether anything is asked of it beyond being well-formed. */
export function asksOfBody({ paths, example, items }: BodyQuestions): boolean {
  return paths.length > 0 || example !== null || items != null
}

export type BodyReading =
  | UnreadableBody
  | {
      readonly kind: 'read'
      /** The value at one of the paths that were asked for; undefined in what is neither JSON, XML nor a form. */
      textAt(path: BodyPath): string | undefined
      /** Where it differs from the example. */
      faults(): readonly FieldFault[]
      /** Its events, up to one more than there may be; undefined where there is no such list. */
      items(): readonly BodyItem[] | undefined
    }

/** Up to here the worst body is parsed in a few milliseconds; and nobody's common events are larger. */
const AT_ONCE_BYTES_MAX = 64 * 1024

function isLarge(body: Uint8Array): boolean {
  return body.length > AT_ONCE_BYTES_MAX
}

/** By body and by what was asked: where a request is judged again, a large body is not read again. */
const known = new WeakMap<Uint8Array, Map<string, BodyReading>>()

/** Small bodies are parsed at once, as fast as can be; large ones are scanned in small steps, and say the same. */
export function readBodyFor(questions: ListenerQuestions, body: Uint8Array, options: ParseOptions): BodyReading | Promise<BodyReading> {
  if (!isLarge(body)) return readAtOnce(questions, body, options)
  const asked = JSON.stringify([questions.id, options])
  const before = known.get(body) ?? new Map<string, BodyReading>()
  const reading = before.get(asked)
  if (reading !== undefined) return reading
  known.set(body, before)
  return readInTurns(questions, body, options).then((read) => {
    before.set(asked, read)
    return read
  })
}

export function readAtOnce({ example, items }: BodyQuestions, body: Uint8Array, options: ParseOptions): BodyReading {
  let parsed: ParsedBody | undefined
  if (options.onMalformed === 'reject') {
    parsed = parseBody(body, options)
    if (parsed.kind === 'malformed' || parsed.kind === 'unsupported_charset') return parsed
  }
  const value = () => {
    parsed ??= parseBody(body, options)
    return valueOf(parsed)
  }
  return {
    kind: 'read',
    textAt: (path) => textWithin(value(), path),
    faults: () => (example === null ? [] : faultsWithin(example, value())),
    items: () => (items == null ? undefined : itemsWithin(value(), items.at)),
  }
}

const ITEMS_READ_MAX = limits.eventsOfRequestMax + 1

function itemsWithin(body: unknown, [first, ...further]: ItemsPath): readonly BodyItem[] | undefined {
  const list = valueWithin(body, first)
  if (!Array.isArray(list)) return undefined
  let items: readonly unknown[] = list.slice(0, ITEMS_READ_MAX)
  for (const path of further) if (items.length < ITEMS_READ_MAX) items = withinEach(items, path)
  return items.map((item) => ({ json: JSON.stringify(item), textAt: (path) => shortText(textWithin(item, path)) }))
}

/** An item without such a list is an event itself: nothing that a sender sent is passed over. */
function withinEach(items: readonly unknown[], path: BodyPath): unknown[] {
  const found: unknown[] = []
  for (const item of items) {
    const list = valueWithin(item, path)
    const each = Array.isArray(list) ? list : [item]
    for (let i = 0; i < each.length && found.length < ITEMS_READ_MAX; i++) found.push(each[i])
  }
  return found
}

function valueOf(parsed: ParsedBody): unknown {
  if (parsed.kind === 'json' || parsed.kind === 'xml') return parsed.value()
  return parsed.kind === 'form' ? parsed.fields() : undefined
}

export async function readInTurns(questions: BodyQuestions, body: Uint8Array, options: ParseOptions): Promise<BodyReading> {
  const plan = planBody(body, options)
  if (plan.kind === 'unsupported_charset') return plan
  if (plan.kind === 'form') return formInTurns(questions, body, plan.charset)
  if (plan.kind === 'xml') return xmlInTurns(questions, body, { ...options, charset: plan.charset })
  if (plan.kind !== 'json') return valueRead(questions, undefined)
  const refused = (detail: string): BodyReading =>
    plan.declared && options.onMalformed === 'reject' ? { kind: 'malformed', of: 'json', detail } : valueRead(questions, undefined)
  const utf8 = await utf8InTurns(body, plan.charset)
  if (utf8 === undefined) return refused(wrongBytes(plan.charset))

  const texts = questions.paths.length === 0 ? null : new TextFinder(utf8, questions.paths)
  const structure = questions.example === null ? null : new StructureCheck(utf8, questions.example)
  const items = questions.items == null ? null : new ItemFinder(utf8, questions.items.at[0], limits.eventsOfRequestMax)
  const visitor = together([texts, structure, items].filter((one) => one !== null))
  const scan = new JsonScan(utf8, { depthMax: options.depthMax, visitor })
  await scanInTurns(scan, utf8.length)
  if (scan.fault?.kind === 'too_deep') return refused(tooDeep(options.depthMax))
  if (scan.fault) return refused(`The body is not well-formed JSON: what stands at byte ${scan.fault.at} cannot stand there.`)
  const found = items?.ranges && (await eventsInTurns(utf8, items.ranges, { ...questions.items!, depthMax: options.depthMax }))
  return { kind: 'read', textAt: (path) => texts?.textOf(path), faults: () => structure?.faults ?? [], items: () => found }
}

type Range = readonly [start: number, end: number]

/** Those of the first list, or of the lists in its items. */
async function eventsInTurns(
  utf8: Uint8Array,
  first: readonly Range[],
  { at: [, ...further], paths, depthMax }: ItemQuestions & { readonly depthMax: number },
): Promise<BodyItem[]> {
  let ranges = first
  for (const path of further) if (ranges.length < ITEMS_READ_MAX) ranges = await rangesWithinEach(utf8, ranges, { path, depthMax })
  return itemsInTurns(utf8, ranges, { paths, depthMax })
}

/** As `withinEach`. */
async function rangesWithinEach(
  utf8: Uint8Array,
  ranges: readonly Range[],
  { path, depthMax }: { readonly path: BodyPath; readonly depthMax: number },
): Promise<Range[]> {
  const found: Range[] = []
  for (const [start, end] of ranges) {
    const item = utf8.subarray(start, end)
    const finder = new ItemFinder(item, path, limits.eventsOfRequestMax)
    await scanInTurns(new JsonScan(item, { depthMax, visitor: finder }), item.length)
    const within = finder.ranges?.map(([from, to]): Range => [start + from, start + to]) ?? [[start, end] as const]
    for (let i = 0; i < within.length && found.length < ITEMS_READ_MAX; i++) found.push(within[i]!)
  }
  return found
}

/** Each is cut out of the body, and read as if it were one. */
async function itemsInTurns(
  utf8: Uint8Array,
  ranges: readonly Range[],
  { paths, depthMax }: { readonly paths: readonly ItemPath[]; readonly depthMax: number },
): Promise<BodyItem[]> {
  const items: BodyItem[] = []
  const large: { readonly place: number; readonly bytes: Uint8Array }[] = []
  await inTurns(() => {
    const range = ranges[items.length]
    if (range === undefined) return true
    const bytes = utf8.subarray(...range)
    const json = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
    if (isLarge(bytes)) large.push({ place: items.length, bytes })
    const value = isLarge(bytes) ? undefined : parseExactJson(json)
    items.push({ json, textAt: (path) => textWithin(value, path) })
    return false
  })
  for (const { place, bytes } of large) {
    const finder = new TextFinder(bytes, paths.map(inBody))
    await scanInTurns(new JsonScan(bytes, { depthMax, visitor: finder }), bytes.length)
    items[place] = { json: items[place]!.json, textAt: (path) => finder.textOf(inBody(path)) }
  }
  return items
}

/** An item that is looked at by itself is a body. */
const inBody = ({ steps }: ItemPath): BodyPath => ({ in: 'body', steps })

/** Of one name; as many as there can be in a body that is read at once. */
const FORM_VALUES_MAX = AT_ONCE_BYTES_MAX / 2

async function formInTurns(questions: BodyQuestions, body: Uint8Array, charset: string | undefined): Promise<BodyReading> {
  // Nobody asks what a form says to know that it is one.
  if (!asksOfBody(questions)) return valueRead(questions, undefined)
  const steps = formInSteps(body, charset, { isWanted: fieldsAsked(questions), valuesMax: FORM_VALUES_MAX })
  let fields: unknown
  await inTurns(() => {
    const { done, value } = steps.next()
    fields = value
    return done === true
  })
  return valueRead(questions, fields)
}

/** Whether a field of a form is asked for: five million others would be five million values in memory. */
function fieldsAsked({ paths, example, items }: BodyQuestions): (name: string) => boolean {
  const places = items == null ? paths : [...paths, items.at[0]]
  const names = new Set(places.flatMap(({ steps }) => steps.slice(0, 1).map(String)))
  return (name) => names.has(name) || (typeof example === 'object' && example !== null && Object.hasOwn(example, name))
}

const STEP_BYTES = 8 * 1024

async function xmlInTurns(
  questions: BodyQuestions,
  body: Uint8Array,
  { charset, depthMax, onMalformed }: ParseOptions & { charset: string | undefined },
): Promise<BodyReading> {
  const refused = (detail: string): BodyReading =>
    onMalformed === 'reject' ? { kind: 'malformed', of: 'xml', detail } : valueRead(questions, undefined)
  const utf8 = await utf8InTurns(body, charset)
  if (utf8 === undefined) return refused(wrongBytes(charset))
  const reader = createXmlReader(depthMax)
  const decoder = new TextDecoder()
  let at = 0
  await inTurns(() => {
    const end = Math.min(at + STEP_BYTES, utf8.length)
    const isWell = reader.write(decoder.decode(utf8.subarray(at, end), { stream: end < utf8.length }))
    at = end
    return !isWell || at === utf8.length
  })
  const value = reader.finish()
  return reader.fault === undefined ? valueRead(questions, value) : refused(badXml(reader.fault))
}

/** What a listener asks of a value that is here. */
export function valueRead({ example, items }: BodyQuestions, value: unknown): BodyReading {
  return {
    kind: 'read',
    textAt: (path) => shortText(textWithin(value, path)),
    faults: () => faultsWithin(example, value),
    items: () => (items == null ? undefined : itemsWithin(value, items.at)),
  }
}

function shortText(text: string | undefined): string | undefined {
  return text !== undefined && text.length > TEXT_BYTES_MAX ? undefined : text
}
