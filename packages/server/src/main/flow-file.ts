import { Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Alias, type Node, type ScalarTag, type Tags } from 'yaml'
import { isRawNumber, parseExactJson } from '#domain'
import { commentsToNotes, notesToComments } from './file-comments.ts'

/** One thing that is wrong with a flow in a file, or that its owner should know; lines and columns count from 1. */
export interface FlowFileFault {
  readonly line: number
  readonly column: number
  readonly pointer: string
  readonly code: string
  readonly message: string
}

interface PlacedFault {
  readonly pointer: string
  readonly code: string
  readonly message: string
}

export type FlowFile =
  | {
      readonly ok: true
      readonly definition: unknown
      /** What stands beside the definition in a file: of which flow it is. */
      readonly uid: string | undefined
      readonly place: (fault: PlacedFault) => FlowFileFault
    }
  | { readonly ok: false; readonly faults: readonly FlowFileFault[] }

/** Several times the length of the largest flow: beyond it nobody wants to hear what is wrong with which line. */
const CHARACTERS_MAX = 2_000_000

/** A number that no double holds, with its digits, as JSON has it. */
const exactNumber: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: isRawNumber,
  test: /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/,
  resolve: (text) => parseExactJson(text),
  stringify: ({ value }) => (isRawNumber(value) ? value.rawJSON : String(value)),
}
/** Before the library's own, which would round it. */
const customTags = (tags: Tags): Tags => [exactNumber, ...tags]

/** Reads a flow in a file; JSON is YAML too. */
export function readFlowFile(text: string): FlowFile {
  if (text.length > CHARACTERS_MAX)
    return unreadable('too_large', `No flow is as long as this: a file may have ${CHARACTERS_MAX} characters.`)
  try {
    return read(text)
  } catch (error) {
    // The library throws at what stands for far more than it is: aliases of aliases, lists in lists by the thousand.
    return unreadable('bad_file', `This cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function unreadable(code: string, message: string): FlowFile {
  return { ok: false, faults: [{ line: 1, column: 1, pointer: '', code, message }] }
}

function read(text: string): FlowFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', customTags })
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, code, message }) => ({
      ...placeOf(lines, pos[0]),
      ...{
        pointer: '',
        code: code.toLowerCase(),
        message: code === 'MULTIPLE_DOCS' ? 'A file holds one flow, and a second document begins here.' : message,
      },
    }))
    return { ok: false, faults }
  }
  const place = ({ pointer, code, message }: PlacedFault): FlowFileFault => ({
    ...placeOf(lines, offsetOf(document, pointer)),
    ...{ pointer, code, message },
  })
  const lost = aliasOfNothing(document)
  if (lost !== undefined) {
    const message = `There is no anchor &${lost.source} before this alias.`
    return { ok: false, faults: [{ ...placeOf(lines, startOf(lost) ?? 0), pointer: '', code: 'bad_alias', message }] }
  }
  commentsToNotes(document)
  const written: unknown = document.toJS({ maxAliasCount: 100 })
  // Throws at what holds itself, which no walk through it would end.
  JSON.stringify(written)
  const { definition, uid } = withoutUid(written)
  return { ok: true, definition, uid, place }
}

function aliasOfNothing(document: Document): Alias | undefined {
  const anchors = new Set<string>()
  let lost: Alias | undefined
  visit(document, {
    Node(_key, node) {
      if ('anchor' in node && node.anchor !== undefined) anchors.add(node.anchor)
    },
    Alias(_key, alias) {
      if (anchors.has(alias.source)) return undefined
      lost = alias
      return visit.BREAK
    },
  })
  return lost
}

function withoutUid(written: unknown): { readonly definition: unknown; readonly uid: string | undefined } {
  if (typeof written !== 'object' || written === null || !('uid' in written) || typeof written.uid !== 'string')
    return { definition: written, uid: undefined }
  const { uid, ...definition } = written
  return { definition, uid }
}

/** A flow as a file has it. Notes are comments in YAML, and stay notes in JSON, which has none. */
export function writeFlowFile(flow: object, format: 'yaml' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(flow, null, 2)}\n`
  const document = new Document(flow, { aliasDuplicateObjects: false, customTags })
  notesToComments(document)
  return document.toString({ lineWidth: 0 })
}

function placeOf(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

/** Where the deepest part of the pointer stands that is there: of a field its name, of a member of a list its value. */
function offsetOf(document: Document, pointer: string): number {
  let node: unknown = document.contents
  let offset = startOf(node)
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (isSeq(node)) {
      node = node.items[Number(name)]
      offset = startOf(node) ?? offset
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name)
      if (pair === undefined) break
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else break
  }
  return offset ?? 0
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}
