import type { FieldFault } from '#domain'
import {
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
      /** The value at one of the paths that were asked for; undefined in what is neither JSON nor a small form. */
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
    return parsed.kind === 'json' ? parsed.value() : parsed.kind === 'form' && example === null ? parsed.fields() : undefined
  }
  return {
    kind: 'read',
    textAt: (path) => textWithin(value(), path),
    faults: () => (example === null ? [] : faultsWithin(example, value())),
  }
}

export async function readInTurns(questions: BodyQuestions, body: Uint8Array, options: ParseOptions): Promise<BodyReading> {
  const plan = planBody(body, options)
  if (plan.kind === 'unsupported_charset') return plan
  if (plan.kind !== 'json') return noJson(questions)
  const refused = (detail: string): BodyReading =>
    plan.declared && options.onMalformed === 'reject' ? { kind: 'malformed', detail } : noJson(questions)
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

function noJson({ example }: BodyQuestions): BodyReading {
  return { kind: 'read', textAt: () => undefined, faults: () => faultsWithin(example, undefined) }
}
