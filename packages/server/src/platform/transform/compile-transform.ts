import jsonata, { type ExprNode } from 'jsonata'
import { compileInline, type InlineTransform } from './inline.ts'
import { compileLinear } from './linear-regex.ts'

/** A JSONata expression that was read once, when what it belongs to was saved or loaded. */
export interface Transform {
  readonly expression: string
  /** Undefined: always in another process. */
  readonly inline: InlineTransform | undefined
}

export type TransformCompilation = { readonly ok: true; readonly transform: Transform } | { readonly ok: false; readonly message: string }

/** Parses only; nothing of the expression runs here. `variables`: names it may use as `$name`, beside JSONata's own. */
export function compileTransform(expression: string, variables: readonly string[] = []): TransformCompilation {
  let tree: ExprNode
  try {
    tree = jsonata(expression).ast()
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, message: 'it nests too deep' }
    const { message, position } = error as { message?: string; position?: number }
    return { ok: false, message: `${message ?? String(error)}${position === undefined ? '' : ` (at ${position})`}` }
  }
  const regexFault = firstRegexFault(tree)
  if (regexFault !== undefined) return { ok: false, message: regexFault }
  return { ok: true, transform: { expression, inline: compileInline(tree, variables) } }
}

/** A pattern without a linear form is found now rather than in a run. */
function firstRegexFault(tree: unknown): string | undefined {
  const open: unknown[] = [tree]
  const seen = new Set<unknown>() // the parser shares the slots of `%` between nodes
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (node instanceof RegExp) {
      try {
        compileLinear(node)
      } catch (error) {
        return `the regular expression ${String(node)} is not available: ${error instanceof Error ? error.message : String(error)}`
      }
    } else if (typeof node === 'object' && node !== null)
      open.push(...Object.values(node).filter((each) => each !== undefined && each !== null))
  }
  return undefined
}
