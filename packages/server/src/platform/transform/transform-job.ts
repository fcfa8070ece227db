import type { ExprNode } from 'jsonata'
import type { StepRead } from './steps-read.ts'

/** An expression, and what it is applied to. */
export interface TransformJob {
  readonly expression: string
  /** JSON text: the root of the expression. */
  readonly input: string
  /** Further names that the expression may use, as `$name`. */
  readonly variables?: Readonly<Record<string, string>>
}

export type TransformAnswer =
  /** JSON text; `null` also for an expression that gives nothing. */
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly paths?: readonly string[] }

/** What a child makes of an expression's text alone. */
export type Reading =
  | {
      readonly ok: true
      /** The syntax tree, if it may run inline; null: only in a child. */
      readonly tree: ExprNode | null
      readonly nodes: number
      readonly stepsRead: readonly StepRead[]
    }
  | { readonly ok: false; readonly message: string; readonly at?: number | undefined }

/** What the pool asks of a child: to read an expression, to apply it, or both. */
export interface ChildJob extends Pick<TransformJob, 'expression'> {
  /** The names of the variables, if it is to be read too. */
  readonly read: readonly string[] | null
  readonly apply: Pick<TransformJob, 'input' | 'variables'> | null
}

export interface ChildAnswer {
  readonly reading: Reading | null
  readonly applied: TransformAnswer | null
}

export const OUTPUT_CHARACTERS_MAX = 1024 * 1024

export const outputTooLarge: TransformAnswer = {
  ok: false,
  code: 'output_too_large',
  message: `The output is longer than ${OUTPUT_CHARACTERS_MAX} characters.`,
}

export const unreadable = (message: string): TransformAnswer => ({ ok: false, code: 'invalid_expression', message })
