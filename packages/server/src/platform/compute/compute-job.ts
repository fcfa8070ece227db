import type { StepRead } from '../transform/steps-read.ts'

/** What a flow's author wrote, and what it is applied to. */
export type ComputeJob =
  | { readonly kind: 'code'; readonly source: string; readonly input: string }
  /** Both are JSON text. */
  | { readonly kind: 'schema'; readonly schema: string; readonly input: string }

/** The text alone: what can be wrong with it before there is anything to apply it to. */
export type ComputeReading = { readonly kind: 'code'; readonly source: string } | { readonly kind: 'schema'; readonly schema: string }

/** What a text is. */
export interface ReadText {
  /** What is wrong with it; null: nothing. */
  readonly fault: string | null
  /** By code, as far as its text shows. */
  readonly stepsRead: readonly StepRead[]
}

export type ComputeAnswer =
  /** JSON text. */
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly paths?: readonly string[] }

/** The names by which code sees its input: those of the mapping, without the secrets. */
export const codeNames = ['trigger', 'entry', 'run', 'steps', 'body', 'query', 'headers', 'meta', 'faults', 'item', 'index'] as const
