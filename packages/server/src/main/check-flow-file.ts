import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import { compileFlow } from '#flows'
import { createTransformPool, systemClock } from '#platform'

/** One thing that is wrong with a flow in a file, or that its owner should know; lines and columns count from 1. */
export interface FlowFileFault {
  readonly line: number
  readonly column: number
  readonly pointer: string
  readonly code: string
  readonly message: string
}

export interface FlowFileCheck {
  readonly faults: readonly FlowFileFault[]
  readonly warnings: readonly FlowFileFault[]
}

/** What publishing would say of a flow in a file, without a server; JSON is YAML too. Whether listener and secrets are there, only a server knows. */
export async function checkFlowFile(text: string): Promise<FlowFileCheck> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, code, message }) => ({
      ...placeOf(lines, pos[0]),
      pointer: '',
      code: code.toLowerCase(),
      message,
    }))
    return { faults, warnings: [] }
  }
  const place = ({ pointer, code, message }: { pointer: string; code: string; message: string }): FlowFileFault => ({
    ...placeOf(lines, offsetOf(document, pointer)),
    ...{ pointer, code, message },
  })
  await using transforms = createTransformPool({ clock: systemClock, processes: 1 })
  const compiled = await compileFlow(document.toJS({ maxAliasCount: 100 }) as unknown, { transforms, owner: 'check' })
  return compiled.ok ? { faults: [], warnings: compiled.warnings.map(place) } : { faults: compiled.faults.map(place), warnings: [] }
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
