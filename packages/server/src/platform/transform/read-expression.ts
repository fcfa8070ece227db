import jsonata, { type Expression, type ExprNode } from 'jsonata'
import { compileInline } from './inline.ts'
import { compileLinear, INSTRUCTIONS_MAX } from './linear-regex.ts'
import { placeIn } from './place-in.ts'
import { stepsReadBy } from './steps-read.ts'
import type { Reading } from './transform-job.ts'

/** Nodes of a syntax tree: what one expression may be, and what the main process makes closures of in about a millisecond. */
const NODES_MAX = 10_000
const INLINE_NODES_MAX = 1000

/**
 * Parses an expression and finds what is wrong with it; nothing of it runs. In a child only: how long it takes is decided by whoever
 * wrote the text. `variables`: names it may use as `$name`, beside JSONata's own.
 */
export function readExpression(
  expression: string,
  variables: readonly string[] = [],
  parse: (text: string) => Pick<Expression, 'ast'> = jsonata,
): Reading {
  let tree: ExprNode
  try {
    tree = parse(expression).ast()
  } catch (error) {
    if (error instanceof RangeError) return refused('it nests too deep')
    return refusedByParser(error as ParserError, expression)
  }
  const { nodes, patterns } = survey(tree)
  if (nodes > NODES_MAX) return refused(`it is made of more than ${NODES_MAX} parts; shorten it, or split it over two steps`)
  const fault = regexFault(patterns)
  if (fault !== undefined) return refused(fault)
  const inline = nodes <= INLINE_NODES_MAX && compileInline(tree, variables) !== undefined
  return { ok: true, tree: inline ? tree : null, nodes, stepsRead: stepsReadBy(tree, expression) }
}

/** Its position is the end of what it did not expect. */
interface ParserError {
  readonly message?: string
  readonly position?: number
  readonly token?: unknown
}

function refusedByParser(error: ParserError, expression: string): Reading {
  const { message = String(error), position, token } = error
  if (position === undefined) return refused(message)
  const text = String(token)
  const start = Math.max(0, position - text.length)
  const at = expression.slice(start, position) === text ? start : position
  return { ok: false, message: `${message} (${placeIn(expression, at)})`, at }
}

const refused = (message: string): Reading => ({ ok: false, message })

function survey(tree: ExprNode): { nodes: number; patterns: readonly RegExp[] } {
  const patterns: RegExp[] = []
  const open: unknown[] = [tree]
  const seen = new Set<unknown>() // the parser shares the slots of `%` between nodes
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node) || typeof node !== 'object' || node === null) continue
    seen.add(node)
    if (node instanceof RegExp) patterns.push(node)
    else for (const value of Object.values(node)) if (typeof value === 'object' && value !== null) open.push(value)
  }
  return { nodes: seen.size, patterns }
}

/** A pattern without a linear form, or too large a one, is found now rather than in a run. */
function regexFault(patterns: readonly RegExp[]): string | undefined {
  let instructions = 0
  for (const pattern of patterns) {
    try {
      instructions += compileLinear(pattern).programSize()
    } catch (error) {
      return `the regular expression ${shown(pattern)} is not available: ${error instanceof Error ? error.message : String(error)}`
    }
    if (instructions > INSTRUCTIONS_MAX) return `its regular expressions are larger than ${INSTRUCTIONS_MAX} instructions together`
  }
  return undefined
}

const PATTERN_SHOWN = 80

function shown(pattern: RegExp): string {
  const text = String(pattern)
  return text.length > PATTERN_SHOWN ? `${text.slice(0, PATTERN_SHOWN)}...` : text
}
