import type { FieldFault } from '#domain'
import {
  badXml,
  createFormReader,
  createXmlReader,
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
import { textWithin, type BodyPath } from '../request/value-path.ts'
import { faultsWithin, type Example } from './expected.ts'
import { TextFinder } from './find-texts.ts'
import { StructureCheck } from './structure-check.ts'

/** What a listener asks of a body, known before one comes. */
export interface BodyQuestions {
  /** Values within it. */
  readonly paths: readonly BodyPath[]
  /** The structure it must have; null: any. */
  readonly example: Example | null
}

export interface ListenerQuestions extends BodyQuestions {
  /** The same for the same questions, whatever else of the configuration changes: an example may be a megabyte. */
  readonly id: string
}

/** Whether anything is asked of it beyond being well-formed. */
export function asksOfBody({ paths, example }: BodyQuestions): boolean {
  return paths.length > 0 || example !== null
}

export type BodyReading =
  | UnreadableBody
  | {
      readonly kind: 'read'
      /** The value at one of the paths that were asked for; undefined in what is neither JSON, XML nor a form. */
      textAt(path: BodyPath): string | undefined
      /** Where it differs from the example. */
      faults(): readonly FieldFault[]
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

export function readAtOnce({ example }: BodyQuestions, body: Uint8Array, options: ParseOptions): BodyReading {
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
  }
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
  const visitor = together([texts, structure].filter((one) => one !== null))
  const scan = new JsonScan(utf8, { depthMax: options.depthMax, visitor })
  await scanInTurns(scan, utf8.length)
  if (scan.fault?.kind === 'too_deep') return refused(tooDeep(options.depthMax))
  if (scan.fault) return refused(`The body is not well-formed JSON: what stands at byte ${scan.fault.at} cannot stand there.`)
  return { kind: 'read', textAt: (path) => texts?.textOf(path), faults: () => structure?.faults ?? [] }
}

/** So many take half a millisecond. */
const STEP_FIELDS = 500

async function formInTurns(questions: BodyQuestions, body: Uint8Array, charset: string | undefined): Promise<BodyReading> {
  // Nobody asks what a form says to know that it is one.
  if (!asksOfBody(questions)) return valueRead(questions, undefined)
  const reader = createFormReader(body, charset)
  await inTurns(() => reader.read(STEP_FIELDS))
  return valueRead(questions, reader.fields)
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
export function valueRead({ example }: BodyQuestions, value: unknown): BodyReading {
  return { kind: 'read', textAt: (path) => textWithin(value, path), faults: () => faultsWithin(example, value) }
}
