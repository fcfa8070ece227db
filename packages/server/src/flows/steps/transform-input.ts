import { jsonWithin, weighsWithin } from '../segment/json-within.ts'
import type { RunStep, StepContext, StepEnd } from '../segment/step-outcome.ts'
import { Elsewhere } from '../segment/turn.ts'

/**
 * The text goes through the event loop twice, from one process and to another: about 20 ms each for so much, and what is larger, a
 * process of expressions could hardly read within its 250 ms and 64 MiB.
 */
const INPUT_BYTES_MAX = 12 * 1024 * 1024
/** Written on the event loop, in two milliseconds or so: a body stands in the input three times. */
const INLINE_BYTES_MAX = 512 * 1024

/** What a process works on, as text; it is written elsewhere if it is large. Else the step's end. */
export function jsonInput(data: unknown, { turn }: Pick<StepContext, 'turn'>): string | StepEnd {
  if (turn !== null && !weighsWithin(data, INLINE_BYTES_MAX)) throw new Elsewhere()
  const message = 'The data is larger than an expression may work on.'
  return jsonWithin(data, INPUT_BYTES_MAX) ?? { kind: 'failed', code: 'memory_limit', message }
}

/** An expression for a process that evaluates it, with what it works on. */
export function computeElsewhere(expression: string, context: StepContext, data: unknown = context.transformInput()): ReturnType<RunStep> {
  const input = jsonInput(data, context)
  return typeof input === 'string' ? { kind: 'compute', job: { expression, input } } : input
}
