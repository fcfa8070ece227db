import type { MappingContext } from './context.ts'

/**
 * A JSON tree with templated leaves. Leaves become values, so that nothing in the data can change the tree around it;
 * a part of the tree without templates is handed out as it is, not copied.
 */
export type CompileLeaf = (text: string, path: readonly PropertyKey[]) => ((context: MappingContext) => unknown) | undefined

export interface Tree {
  /** No template in it: the value is always the same. */
  readonly fixed: boolean
  readonly evaluate: (context: MappingContext) => unknown
}

/** `leaf` compiles a text, or returns undefined for one without templates. */
export function compileTree(value: unknown, leaf: CompileLeaf, path: readonly PropertyKey[] = []): Tree {
  if (typeof value === 'string') {
    const evaluate = leaf(value, path)
    return evaluate ? { fixed: false, evaluate } : constant(value)
  }
  if (typeof value !== 'object' || value === null) return constant(value)
  const children = Array.isArray(value)
    ? value.map((each, index) => compileTree(each, leaf, [...path, index]))
    : Object.entries(value).map(([key, each]) => compileTree(each, leaf, [...path, key]))
  if (children.every((child) => child.fixed)) return constant(value)
  return { fixed: false, evaluate: Array.isArray(value) ? arrayOf(children) : objectOf(Object.keys(value), children) }
}

const constant = (value: unknown): Tree => ({ fixed: true, evaluate: () => value })

const arrayOf = (children: readonly Tree[]) => (context: MappingContext) => children.map((child) => child.evaluate(context))

/** `__proto__` was refused with the definition, so plain assignment is safe. */
function objectOf(keys: readonly string[], children: readonly Tree[]): (context: MappingContext) => unknown {
  return (context) => {
    const made: Record<string, unknown> = {}
    for (let index = 0; index < keys.length; index++) made[keys[index]!] = children[index]!.evaluate(context)
    return made
  }
}
