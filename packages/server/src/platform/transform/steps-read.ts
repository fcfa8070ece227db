import type { ExprNode } from 'jsonata'

/** A step of a flow that an expression or code reads by its name. */
export interface StepRead {
  readonly id: string
  /** What it reads of it, if it says so. */
  readonly field: string | null
  /** Where `steps` stands in the text, or the name that is taken out of it, from 0. */
  readonly at: number
}

/** Nobody wants to hear of more. */
export const STEPS_READ_MAX = 200

/** The tree as the parser really makes it; its published type is loose. */
interface Node {
  readonly type?: string
  readonly value?: unknown
  readonly position?: number
  readonly steps?: readonly Node[]
  readonly stages?: unknown
}

/** What stands there is evaluated for each item, so that only `$$` is the root. */
const ofItems: ReadonlySet<string> = new Set(['stages', 'predicate', 'group', 'terms', 'pattern', 'update', 'delete'])

/**
 * The paths of an expression that begin with `steps` of its root: `steps.total.output`, `$$.steps."a b"`. A step that is computed
 * (`$lookup(steps, $name)`) is not found. A function that the expression defines sees the root where it is defined.
 */
export function stepsReadBy(tree: ExprNode, source: string): StepRead[] {
  const found = new Map<string, StepRead>()
  const open: [node: Node, isRoot: boolean][] = [[tree as Node, true]]
  const seen = new Set<unknown>() // the parser shares the slots of `%` between nodes
  for (let next = open.pop(); next !== undefined && found.size < STEPS_READ_MAX; next = open.pop()) {
    const [node, isRoot] = next
    if (seen.has(node) || node instanceof RegExp) continue
    seen.add(node)
    const read = node.type === 'path' ? readOf(node.steps!, isRoot, source) : undefined
    if (read !== undefined) found.set(JSON.stringify([read.id, read.field]), read)
    for (const [key, value] of Object.entries(node))
      for (const [index, child] of [value].flat(2).entries())
        if (typeof child === 'object' && child !== null) {
          const isLater = node.type === 'path' && key === 'steps' && index > 0
          open.push([child as Node, isRoot && !isLater && !ofItems.has(key)])
        }
  }
  return [...found.values()].toSorted((one, other) => one.at - other.at)
}

function readOf(path: readonly Node[], isRoot: boolean, source: string): StepRead | undefined {
  const [first] = path
  const isVariable = first?.type === 'variable' && (first.value === '$' || (first.value === '' && isRoot))
  if (!isVariable && !isRoot) return undefined
  const [root, id, field] = isVariable ? path.slice(1) : path
  // With a predicate behind it, it is no longer the object that has a field for each step.
  if (root?.value !== 'steps' || root.type !== 'name' || root.stages !== undefined || id?.type !== 'name') return undefined
  const end = root.position ?? 0
  const isQuoted = source.slice(end - 5, end) !== 'steps'
  return { id: String(id.value), field: field?.type === 'name' ? String(field.value) : null, at: end - (isQuoted ? 7 : 5) }
}
