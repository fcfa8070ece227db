import type { StepOf } from '@posthorn/contract'
import type { Expressions } from '../definition/read-expressions.ts'
import type { Slots } from '../mapping/slots.ts'
import type { RunStep } from '../segment/step-outcome.ts'
import { computeElsewhere } from './transform-input.ts'

/** Shapes the data with JSONata: inline where that is provably cheap, else in a process that can be killed. */
export function compileTransformStep(step: StepOf<'transform'>, slots: Slots, expressions: Expressions): RunStep {
  const { expression } = step
  const read = expressions.get(expression)
  if (read?.ok === false) slots.fault(['expression'], 'invalid_expression', read.message, read.at === undefined ? undefined : read.at + 1)
  if (read?.ok) slots.stepsRead(read.transform.stepsRead, { text: expression, sure: true }, 'expression')
  const inline = read?.ok ? read.transform.inline : undefined
  return (context) => {
    const input = context.transformInput()
    const result = inline?.(input) ?? 'not_inline'
    if (result !== 'not_inline') return { kind: 'done', status: 'OK', output: result.value ?? null }
    return computeElsewhere(expression, context, input)
  }
}
