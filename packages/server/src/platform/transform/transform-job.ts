/** What the pool and its child processes say to each other. */
export interface TransformJob {
  readonly expression: string
  /** JSON text: the root of the expression. */
  readonly input: string
  /** Further names that the expression may use, as `$name`. */
  readonly variables?: Readonly<Record<string, string>>
}

export type TransformAnswer =
  /** JSON text; `null` also for an expression that gives nothing. */
  { readonly ok: true; readonly output: string } | { readonly ok: false; readonly code: string; readonly message: string }

export const OUTPUT_CHARACTERS_MAX = 1024 * 1024

export const outputTooLarge: TransformAnswer = {
  ok: false,
  code: 'output_too_large',
  message: `The output is longer than ${OUTPUT_CHARACTERS_MAX} characters.`,
}
