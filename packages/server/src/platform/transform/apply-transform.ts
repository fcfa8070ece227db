import { parseExactJson } from '#domain'
import type { Transform } from './compile-transform.ts'
import { OUTPUT_CHARACTERS_MAX, outputTooLarge, type TransformAnswer } from './transform-job.ts'
import type { TransformPool } from './transform-pool.ts'

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
  const here = inline && applyInline(inline, json, variables)
  return here ?? pool.evaluate({ expression, input: json, variables }, owner)
}

function applyInline(
  inline: NonNullable<Transform['inline']>,
  json: string,
  variables: TransformInput['variables'],
): TransformAnswer | undefined {
  try {
    const result = inline(parseExactJson(json), variables)
    if (result === 'not_inline') return undefined
    const output = JSON.stringify(result.value) ?? 'null'
    return output.length <= OUTPUT_CHARACTERS_MAX ? { ok: true, output } : outputTooLarge
  } catch {
    // No JSON, or deeper than the call stack: the process says what it makes of it.
    return undefined
  }
}
