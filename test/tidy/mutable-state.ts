import type { SourceFile } from './source-files.ts'

/** Variables that a function's inner functions may change, before their owner becomes a class that tells its modes. */
const CAPTURED_MAX = 4

interface Node {
  readonly type: string
  readonly start: number
}

interface Scope {
  readonly node: Node
  readonly variables: Set<string>
  /** Those of them that an inner function changes. */
  readonly captured: Set<string>
}

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** Functions that keep the state of something in variables, and too many of them. */
export function crowdedFactories(file: SourceFile): { line: number; fault: string }[] {
  const found: Scope[] = []
  walk(file.parsed.program, [], found)
  return found
    .filter(({ captured }) => captured.size > CAPTURED_MAX)
    .map(({ node, captured }) => ({
      line: file.lineOf(node.start),
      fault: `inner functions change ${[...captured].join(', ')}: make it a class`,
    }))
}

function walk(value: unknown, scopes: readonly Scope[], found: Scope[]): void {
  if (Array.isArray(value)) return value.forEach((one) => walk(one, scopes, found))
  if (!isNode(value)) return
  const inner = functions.has(value.type) ? [...scopes, { node: value, variables: new Set<string>(), captured: new Set<string>() }] : scopes
  if (inner !== scopes) found.push(inner.at(-1)!)
  note(value as unknown as Record<string, unknown>, inner)
  for (const child of Object.values(value)) walk(child, inner, found)
}

function note(node: Record<string, unknown>, scopes: readonly Scope[]): void {
  const { type, kind, declarations, left, argument } = node
  if (type === 'VariableDeclaration' && kind === 'let')
    for (const { id } of declarations as { id: unknown }[]) for (const name of namesIn(id)) scopes.at(-1)?.variables.add(name)
  const target = type === 'AssignmentExpression' ? left : type === 'UpdateExpression' ? argument : undefined
  for (const name of namesIn(target)) {
    const owner = scopes.findLast(({ variables }) => variables.has(name))
    if (owner !== undefined && owner !== scopes.at(-1)) owner.captured.add(name)
  }
}

/** An identifier, or those of a pattern. */
function namesIn(pattern: unknown): string[] {
  if (!isNode(pattern)) return []
  const { type, name, elements } = pattern as Node & { name?: string; elements?: unknown[] }
  if (type === 'Identifier') return [name!]
  return type === 'ArrayPattern' ? elements!.flatMap(namesIn) : []
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
