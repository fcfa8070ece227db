import type { StepOf } from '@posthorn/contract'
import { readingOf, textOf, type Expressions } from '../definition/read-expressions.ts'
import { jsonInput } from './transform-input.ts'
import type { Slots } from '../mapping/slots.ts'
import type { RunStep } from '../segment/step-outcome.ts'

/** Runs JavaScript, always in a process that can be killed. It sees what a transform sees. */
export function compileCodeStep(step: StepOf<'code'>, slots: Slots, expressions: Expressions | 'away'): RunStep {
  const { source } = step
  const read = expressions === 'away' ? undefined : expressions.get(textOf(readingOf(step)!))
  if (read?.ok === false) slots.fault(['source'], 'invalid_code', read.message)
  if (read?.ok && !/\b(?:return|throw)\b/.test(source))
    slots.warn(['source'], 'no_return', 'Nothing is returned, so the output is null: end it with return.')
  // Its text alone does not prove what it reads.
  if (read?.ok) slots.stepsRead(read.transform.stepsRead, { text: source, sure: false }, 'source')
  return (context) => {
    const input = jsonInput(context.transformInput(), context)
    return typeof input === 'string' ? { kind: 'compute', job: { kind: 'code', source, input } } : input
  }
}
