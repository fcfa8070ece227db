import { isMap, isPair, isScalar, isSeq, visit, type Document, type Node, type YAMLMap, type YAMLSeq } from 'yaml'

/**
 * Comments of a flow in a file are what `notes` is for people in the console, so one becomes the other: read, a comment in or before a
 * step is its notes; written, notes are a comment before it. Nothing is lost on the way there and back.
 */

/** Every step of a list and of the lists inside it. */
function* stepsOf(list: unknown): Generator<{ readonly step: YAMLMap; readonly list: YAMLSeq; readonly isFirst: boolean }> {
  if (!isSeq(list)) return
  for (const [index, step] of list.items.entries()) {
    if (!isMap(step)) continue
    yield { step, list, isFirst: index === 0 }
    for (const inside of listsOf(step)) yield* stepsOf(inside)
  }
}

function listsOf(step: YAMLMap): unknown[] {
  const next = step.get('next', true)
  const rows = isSeq(next) ? next.items.filter(isMap).map((row) => row.getIn(['do', 'steps'], true)) : []
  return [...['then', 'else', 'steps'].map((name) => step.get(name, true)), ...rows]
}

function allSteps(flow: YAMLMap) {
  return [...stepsOf(flow.get('steps', true)), ...stepsOf(flow.get('rescue', true))]
}

/** Moves the comments of a document into the notes of what they are about. */
export function commentsToNotes(document: Document): void {
  const flow = document.contents
  if (!isMap(flow)) return
  const steps = allSteps(flow)
  const others = new Set<unknown>(steps.flatMap(({ step, list }) => [step, list]))
  for (const { step, list, isFirst } of steps) {
    const before = isFirst ? [list.commentBefore] : []
    addNotes(step, [...before, ...commentsIn(step, others)])
  }
  addNotes(flow, [document.commentBefore, ...commentsIn(flow, others), document.comment])
}

/** Without those of the steps and lists inside it, which are moved on their own. */
function commentsIn(root: YAMLMap, others: ReadonlySet<unknown>): (string | null | undefined)[] {
  const found: (string | null | undefined)[] = []
  visit(root, (_, node) => {
    if (node !== root && others.has(node)) return visit.SKIP
    if (isPair(node)) return undefined
    const { commentBefore, comment } = node as Node
    found.push(commentBefore, comment)
    return undefined
  })
  return found
}

function addNotes(map: YAMLMap, comments: readonly (string | null | undefined)[]): void {
  const texts = comments.flatMap((comment) => (comment ? [uncommented(comment)] : []))
  if (texts.length === 0) return
  const notes = map.get('notes')
  map.set('notes', [...(typeof notes === 'string' ? [notes] : []), ...texts].join('\n'))
}

const uncommented = (comment: string): string =>
  comment
    .split('\n')
    .map((line) => line.replace(/^ /, '').trimEnd())
    .join('\n')

/** Writes the notes of a flow and its steps as comments. */
export function notesToComments(document: Document): void {
  const flow = document.contents
  if (!isMap(flow)) return
  for (const { step } of allSteps(flow)) step.commentBefore = takeNotes(step) ?? null
  flow.commentBefore = takeNotes(flow) ?? null
}

function takeNotes(map: YAMLMap): string | undefined {
  const notes = map.get('notes', true)
  if (!isScalar(notes) || typeof notes.value !== 'string' || notes.value.trim() === '') return undefined
  map.delete('notes')
  return notes.value
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n')
}
