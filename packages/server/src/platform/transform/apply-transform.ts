import { parseExactJson } from '#domain'
import type { InlineTransform } from './inline.ts'
import { OUTPUT_CHARACTERS_MAX, outputTooLarge, unreadable, type TransformAnswer } from './transform-job.ts'
import type { Transforms } from './transform-pool.ts'

export interface TransformInput {
  /** JSON text: the root of the expression. */
  readonly json: string
  readonly variables: Readonly<Record<string, string>>
  /** Whose work it is; see `Transforms`. */
  readonly owner: string
}

/**
 * Shapes a document: inline where that is known to be cheap, else in a process that can be killed, which also finds out whether it
 * is. An output of `null` says that there is none.
 */
export async function applyTransform(
  transforms: Pick<Transforms, 'evaluate' | 'known'>,
  expression: string,
  { json, variables, owner }: TransformInput,
): Promise<TransformAnswer> {
  const known = transforms.known(expression, Object.keys(variables))
  if (known?.ok === false) return unreadable(known.message)
  const inline = known?.transform.inline
  const here = inline && applyInline(inline, json, variables)
  return here ?? transforms.evaluate({ expression, input: json, variables }, owner)
}

function applyInline(inline: InlineTransform, json: string, variables: TransformInput['variables']): TransformAnswer | undefined {
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
