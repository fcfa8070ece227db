import { parseExactJson } from '#domain'
import type { Transform } from './compile-transform.ts'
import type { TransformPool } from './transform-pool.ts'
import { OUTPUT_CHARACTERS_MAX, outputTooLarge, type TransformAnswer } from './transform-job.ts'

export interface TransformInput {
  /** JSON text: the root of the expression. */
  readonly json: string
  readonly variables: Readonly<Record<string, string>>
  /** Whose work it is; see `TransformPool`. */
  readonly owner: string
}

/** Shapes a document: inline where that is provably cheap, else in a process that can be killed. An output of `null` says that there is none. */
export async function applyTransform(
  pool: Pick<TransformPool, 'evaluate'>,
  { expression, inline }: Transform,
  { json, variables, owner }: TransformInput,
): Promise<TransformAnswer> {
  if (inline === undefined) return pool.evaluate({ expression, input: json, variables }, owner)
  let root: unknown
  try {
    root = parseExactJson(json)
  } catch {
    return { ok: false, code: 'transform_error', message: 'The payload is not JSON.' }
  }
  const result = inline(root, variables)
  if (result === 'not_inline') return pool.evaluate({ expression, input: json, variables }, owner)
  const output = JSON.stringify(result.value) ?? 'null'
  return output.length <= OUTPUT_CHARACTERS_MAX ? { ok: true, output } : outputTooLarge
}
